package words;

import java.utl.List;

public final class Longest {
    private Longest() {
    }

    public static int length(List<String> words) {
        return words.stream().mapToInt(String::length).max().orElse(0);
    }
}
