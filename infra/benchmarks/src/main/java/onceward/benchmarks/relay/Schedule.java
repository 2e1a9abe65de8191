package onceward.benchmarks.relay;

/**
 * When each row is to be appended: at a constant rate, whatever became of the rows before.
 *
 * @param warmUpSeconds whose rows do not count
 * @param measuredSeconds that follow
 */
record Schedule(int rowsPerSecond, int warmUpSeconds, int measuredSeconds) {

  private static final long NANOS_IN_S = 1_000_000_000L;

  /** All, with those of the warm-up. */
  int rows() {
    return Math.multiplyExact(rowsPerSecond, warmUpSeconds + measuredSeconds);
  }

  int firstMeasured() {
    return rowsPerSecond * warmUpSeconds;
  }

  /** From the start to when the row is due. */
  long dueNanos(int row) {
    return row * NANOS_IN_S / rowsPerSecond;
  }
}
