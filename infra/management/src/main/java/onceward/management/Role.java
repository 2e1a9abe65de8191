package onceward.management;

/** What the holder of a token may do on the management port. */
enum Role {
  /** Looks at everything, and changes nothing. */
  READER("reader"),
  /** Looks and changes. */
  OPERATOR("operator");

  private final String text;

  Role(String text) {
    this.text = text;
  }

  /** The role as properties and the log name it. */
  String text() {
    return text;
  }

  /** The property that names the file with this role's token. */
  String property() {
    return "management." + text + "-token-file";
  }

  boolean mayChange() {
    return this == OPERATOR;
  }
}
