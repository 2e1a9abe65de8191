package onceward.cli.demo;

/** How one sign-up ends. */
enum Outcome {
  ACTIVE("active"),
  EMAIL_TAKEN("rejected: email-taken"),
  PHONE_TAKEN("rejected: phone-taken"),
  EXPIRED("rejected: registration-expired"),
  LOGIN_ID_TAKEN("login id taken"),
  INVALID("invalid input"),
  UNFINISHED("still pending"),
  ERROR("error");

  private final String text;

  Outcome(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }

  /** Of an account that is no longer pending. */
  static Outcome settled(String status, String reason) {
    if (status.equals("ACTIVE")) {
      return ACTIVE;
    }
    return switch (reason) {
      case "email-taken" -> EMAIL_TAKEN;
      case "phone-taken" -> PHONE_TAKEN;
      case "registration-expired" -> EXPIRED;
      default -> ERROR;
    };
  }
}
