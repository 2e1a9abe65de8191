package onceward.benchmarks.relay;

import java.util.Random;

/** Payloads of one size that hardly compress, so that no compression flatters the figures. */
final class Payloads {

  private static final int AROUND = "{\"filler\":\"\"}".length();
  private static final int COUNT_MAX = 1_000;
  private static final int TOGETHER_MAX_BYTES = 4 * 1024 * 1024;
  private static final String LETTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

  private final String[] payloads;

  Payloads(int bytes) {
    // More of them than a compressor looks back over.
    payloads = new String[Math.clamp(TOGETHER_MAX_BYTES / bytes, 2, COUNT_MAX)];
    var random = new Random(COUNT_MAX);
    for (var index = 0; index < payloads.length; index++) {
      payloads[index] = "{\"filler\":\"" + filler(random, Math.max(0, bytes - AROUND)) + "\"}";
    }
  }

  String of(int row) {
    return payloads[row % payloads.length];
  }

  private static String filler(Random random, int length) {
    var filler = new StringBuilder(length);
    random.ints(length, 0, LETTERS.length()).forEach(at -> filler.append(LETTERS.charAt(at)));
    return filler.toString();
  }
}
