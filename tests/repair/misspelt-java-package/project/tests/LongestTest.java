import java.util.List;
import words.Longest;

public class LongestTest {
    public static void main(String[] arguments) {
        System.out.println("1..1");
        boolean good = Longest.length(List.of("a", "abc")) == 3;
        System.out.println(good ? "ok 1 - three" : "not ok 1 - three");
        System.exit(good ? 0 : 1);
    }
}
