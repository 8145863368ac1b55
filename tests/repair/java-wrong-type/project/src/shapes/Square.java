package shapes;

public final class Square {
    private Square() {
    }

    public static int area(int side) {
        return "" + side * side;
    }
}
