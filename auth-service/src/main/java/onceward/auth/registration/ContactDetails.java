package onceward.auth.registration;

/**
 * Name, e-mail address and phone number of a person, in a form that can be compared: the name in
 * Unicode NFC, the e-mail address as {@link EmailAddresses} has it, the phone number in E.164.
 */
record ContactDetails(String name, String email, String phone) {

  @Override
  public String toString() {
    return "ContactDetails";
  }
}
