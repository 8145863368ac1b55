package greeting;

public final class Greet {
    private Greet() {}

    public static String greeting(String name) {
        return "Hello, " + name + "!";
    }
}
