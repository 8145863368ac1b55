public class Types {
    static int add(int a, int b) {
        return a + b;
    }
    public static void main(String[] args) {
        String s = add(1, 2);
        System.out.println(s + add(1));
    }
}
