package onceward.gateway.me;

/** The outcomes of a request for the profile; none of them fails the caller's request. */
sealed interface ProfileAnswer {
  record Found(Profile profile) implements ProfileAnswer {}

  /** No profile exists, or none exists yet because the sign-up has not reached user-service. */
  record None() implements ProfileAnswer {}

  /** user-service was down or slow, or its answer was unusable. */
  record Unavailable() implements ProfileAnswer {}
}
