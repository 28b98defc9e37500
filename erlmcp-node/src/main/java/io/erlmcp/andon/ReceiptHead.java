package io.erlmcp.andon;

import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonObject;

/**
 * What is known of the receipts beside them, so that a chain that was cut short is noticed.
 *
 * @param firstFile the number of the oldest file that is kept
 * @param firstNumber the number of the first receipt in it
 * @param firstPrevious what that receipt has before it
 * @param lastNumber the newest receipt when this was written; 0 for none
 * @param lastHash its hash
 */
record ReceiptHead(
        long firstFile, long firstNumber, String firstPrevious, long lastNumber, String lastHash) {
    static final ReceiptHead START = new ReceiptHead(1, 1, Receipt.GENESIS, 0, Receipt.GENESIS);

    JsonObject json() {
        return JsonObject.builder()
                .put("firstFile", firstFile)
                .put("firstNumber", firstNumber)
                .put("firstPrevious", firstPrevious)
                .put("lastNumber", lastNumber)
                .put("lastHash", lastHash)
                .build();
    }

    static ReceiptHead of(JsonObject json) throws WholeFile.Damaged {
        try {
            return new ReceiptHead(
                    json.requireInteger("firstFile"),
                    json.requireInteger("firstNumber"),
                    json.requireString("firstPrevious"),
                    json.requireInteger("lastNumber"),
                    json.requireString("lastHash"));
        } catch (JsonException e) {
            throw new WholeFile.Damaged("the head of the receipts: " + e.getMessage(), e);
        }
    }

    ReceiptHead endingWith(Receipt last) {
        return new ReceiptHead(firstFile, firstNumber, firstPrevious, last.number(), last.hash());
    }

    ReceiptHead beginningAt(long file, Receipt first) {
        return new ReceiptHead(file, first.number(), first.previous(), lastNumber, lastHash);
    }
}
