import greeting.Greet;

public final class Hello {
    private Hello() {}

    public static void main(String[] arguments) {
        System.out.println(Greet.greeting("world"));
    }
}
