package onceward.cli.demo;

/** What somebody types when signing up; the fields are those of the HTTP request. */
record Person(String loginId, String password, String name, String email, String phone) {

  Person withLoginId(String value) {
    return new Person(value, password, name, email, phone);
  }

  Person withPassword(String value) {
    return new Person(loginId, value, name, email, phone);
  }

  Person withName(String value) {
    return new Person(loginId, password, value, email, phone);
  }

  Person withEmail(String value) {
    return new Person(loginId, password, name, value, phone);
  }

  Person withPhone(String value) {
    return new Person(loginId, password, name, email, value);
  }
}
