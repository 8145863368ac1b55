package greeting;

public final class GreetTest {
    private GreetTest() {}

    public static void main(String[] arguments) {
        assert Greet.greeting("Ada").contains("Ada") : "the name is missing";
        System.out.println("ok 1 - the name is there");
        assert Greet.greeting("").length() > 2 : "nobody is greeted, too";
        System.out.println("ok 2 - nobody is greeted, too");
    }
}
