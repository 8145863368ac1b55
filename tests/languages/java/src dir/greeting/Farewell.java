package greeting;

public final class Farewell {
    private Farewell() {}

    public static String farewell() {
        return "So long and thanks";
    }
}
