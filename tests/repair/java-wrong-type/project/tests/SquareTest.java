import shapes.Square;

public class SquareTest {
    public static void main(String[] arguments) {
        System.out.println("1..1");
        boolean good = Square.area(4) == 16;
        System.out.println(good ? "ok 1 - four" : "not ok 1 - four");
        System.exit(good ? 0 : 1);
    }
}
