package onceward.relay.pipeline;

import org.jspecify.annotations.Nullable;

/**
 * What has gone wrong since anything came through for the first time.
 *
 * @param failures how often the pipeline has failed
 * @param stalls how often of these nothing came through for too long
 * @param looks how often a stopped pipeline has looked in vain
 * @param repeated the failure that came last and may be lasting; null if none may
 */
record Trouble(int failures, int stalls, int looks, @Nullable RepeatedFailure repeated) {

  static final Trouble NONE = new Trouble(0, 0, 0, null);

  Trouble failed(Throwable failure) {
    return new Trouble(
        failures + 1, failure instanceof StalledException ? stalls + 1 : stalls, looks, repeated);
  }

  Trouble looked() {
    return new Trouble(failures, stalls, looks + 1, repeated);
  }

  Trouble repeating(@Nullable RepeatedFailure failure) {
    return new Trouble(failures, stalls, looks, failure);
  }
}
