import org.junit.Test;
public class Symbol {
    Nowhere nowhere;
}
