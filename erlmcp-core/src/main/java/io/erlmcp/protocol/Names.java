package io.erlmcp.protocol;

/** The rule for names of tools: 1 to 128 of {@code A-Z a-z 0-9 _ . - /}. */
final class Names {
    static final int MAX_LENGTH = 128;

    private Names() {}

    static void check(String kind, String name) {
        if (name.isEmpty() || name.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    kind
                            + " name must have 1 to "
                            + MAX_LENGTH
                            + " characters, has "
                            + name.length()
                            + ": "
                            + name);
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean allowed =
                    (c >= 'a' && c <= 'z')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= '0' && c <= '9')
                            || c == '_'
                            || c == '.'
                            || c == '-'
                            || c == '/';
            if (!allowed) {
                throw new IllegalArgumentException(
                        kind + " name may have A-Z a-z 0-9 _ . - / only: " + name);
            }
        }
    }
}
