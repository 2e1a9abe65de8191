package onceward.benchmarks;

import io.micronaut.serde.annotation.Serdeable;

/** A payload of a chosen size. */
@Serdeable
public record Payload(String filler) {

  private static final int AROUND = "{\"filler\":\"\"}".length();

  /** One that is so many bytes of JSON. */
  public static Payload ofBytes(int bytes) {
    return new Payload("x".repeat(Math.max(0, bytes - AROUND)));
  }

  /** As the library writes it. */
  public String json() {
    return "{\"filler\":\"" + filler + "\"}";
  }
}
