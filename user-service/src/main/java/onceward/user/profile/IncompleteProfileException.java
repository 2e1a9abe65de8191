package onceward.user.profile;

/** The account has a profile whose personal data is not restored after a loss of the database. */
final class IncompleteProfileException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  IncompleteProfileException() {
    super("the profile is not restored yet");
  }
}
