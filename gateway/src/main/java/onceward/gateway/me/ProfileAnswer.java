package onceward.gateway.me;

/** How asking for the profile can end without failing the whole answer. */
sealed interface ProfileAnswer {
  record Found(Profile profile) implements ProfileAnswer {}

  /** There is no profile (yet): sign-up has not reached user-service. */
  record None() implements ProfileAnswer {}

  /** user-service was down, slow or gave no sense. */
  record Unavailable() implements ProfileAnswer {}
}
