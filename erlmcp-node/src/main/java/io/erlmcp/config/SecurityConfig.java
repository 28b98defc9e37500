package io.erlmcp.config;

import java.util.List;

/** Who may reach the node, and the keys it seals with. */
public record SecurityConfig(
        @Setting(
                        "Serve everybody who can reach a public address. Only behind something that"
                                + " authenticates.")
                boolean allowPublicBindWithoutAuthentication,
        @Setting(
                        value =
                                "Base64 keys of 32 bytes that seal requestState: the present one"
                                    + " first, then former ones. Empty: a key kept in data.dir, or"
                                    + " a new one for each start.",
                        secret = true)
                List<String> stateKeys) {
    public static final SecurityConfig DEFAULTS = new SecurityConfig(false, List.of());

    public SecurityConfig {
        stateKeys = List.copyOf(stateKeys);
        for (int i = 0; i < stateKeys.size(); i++) {
            checkKey(i, stateKeys.get(i));
        }
    }

    private static void checkKey(int index, String key) {
        int bytes;
        try {
            bytes = java.util.Base64.getDecoder().decode(key).length;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("state_keys[" + index + "]: is not base64");
        }
        if (bytes != 32) {
            throw new IllegalArgumentException(
                    "state_keys[" + index + "]: has " + bytes + " bytes, must have 32");
        }
    }
}
