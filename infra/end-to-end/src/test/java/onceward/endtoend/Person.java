package onceward.endtoend;

import java.util.concurrent.atomic.AtomicInteger;

/** Somebody who signs up. */
record Person(String loginId, String password, String name, String email, String phone) {

  private static final AtomicInteger COUNT = new AtomicInteger();

  /** Somebody with nothing in common with anybody else. */
  static Person unique() {
    var number = COUNT.incrementAndGet();
    return new Person(
        "person" + number,
        "correct horse battery staple",
        "김민지 " + number,
        "person%d@example.com".formatted(number),
        "+82102%03d5678".formatted(number));
  }

  Person withName(String value) {
    return new Person(loginId, password, value, email, phone);
  }

  Person withLoginId(String value) {
    return new Person(value, password, name, email, phone);
  }

  Person withEmail(String value) {
    return new Person(loginId, password, name, value, phone);
  }
}
