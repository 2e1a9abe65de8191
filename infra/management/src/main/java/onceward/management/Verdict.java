package onceward.management;

/** What the door does with a call of the management port. */
sealed interface Verdict {

  /** Anybody may have the answer, which has no details. */
  record Open() implements Verdict {}

  /** The caller has this role. */
  record Admitted(Role role) implements Verdict {}

  record Refused(Refusal why) implements Verdict {}
}
