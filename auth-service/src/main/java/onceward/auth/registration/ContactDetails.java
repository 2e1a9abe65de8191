package onceward.auth.registration;

/**
 * How to reach a person, in the one form in which two of them can be compared: e-mail lower case,
 * phone E.164.
 */
record ContactDetails(String name, String email, String phone) {

  @Override
  public String toString() {
    return "ContactDetails";
  }
}
