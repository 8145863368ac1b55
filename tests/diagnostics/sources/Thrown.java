public class Thrown {
    static void check(int sum) {
        assert sum == 3 : "one and two are " + sum;
    }
    public static void main(String[] args) {
        check(1 - 2);
    }
}
