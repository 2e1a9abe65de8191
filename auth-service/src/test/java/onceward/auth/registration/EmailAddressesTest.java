package onceward.auth.registration;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.Normalizer;
import java.text.Normalizer.Form;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmailAddressesTest {

  @ParameterizedTest
  @CsvSource({
    "Minji.KIM@Example.com, minji.kim@example.com",
    "' a@example.com ', a@example.com",
    "a+b@example.co.kr, a+b@example.co.kr",
    "김@예.한국, 김@xn--2j5b.xn--3e0b707e",
    "a@BÜCHER.example, a@xn--bcher-kva.example",
    "a@xn--bcher-kva.example, a@xn--bcher-kva.example",
    "ａ@ｅxample.com, ａ@example.com",
  })
  void each_address_has_one_form(String text, String form) {
    assertThat(EmailAddresses.normalize(text)).hasValue(form);
  }

  @Test
  void composed_and_decomposed_are_one_address() {
    for (var address :
        new String[] {"café@example.com", "a@bücher.example", "각@예각.한국", "İ@a.example"}) {
      var composed = EmailAddresses.normalize(Normalizer.normalize(address, Form.NFC));
      assertThat(composed).isPresent();
      assertThat(EmailAddresses.normalize(Normalizer.normalize(address, Form.NFD)))
          .isEqualTo(composed);
      assertThat(EmailAddresses.normalize(composed.get())).isEqualTo(composed);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "a@b",
    "@example.com",
    "a@",
    "a..b@example.com",
    "a@exam_ple.com",
    "a\u202e@example.com",
    "a@example.com.",
    "a@1.2.3.4",
    "a@[::1]",
    "a@example..com",
    "a b@example.com"
  })
  void what_is_no_address_of_a_person_is_none(String text) {
    assertThat(EmailAddresses.normalize(text)).isEmpty();
  }

  @Test
  void a_long_address_is_none() {
    assertThat(EmailAddresses.normalize("a".repeat(65) + "@example.com")).isEmpty();
    assertThat(EmailAddresses.normalize("a@" + "b".repeat(64) + ".com")).isEmpty();
    assertThat(EmailAddresses.normalize("a@" + "bcd.".repeat(70) + "com")).isEmpty();
  }

  @Test
  void an_address_as_long_as_a_request_is_none() {
    assertThat(EmailAddresses.normalize("a@" + "a.".repeat(30_000) + "aa")).isEmpty();
    assertThat(EmailAddresses.normalize("a.".repeat(30_000) + "a@example.com")).isEmpty();
    assertThat(EmailAddresses.normalize("a@" + "각.".repeat(20_000) + "aa")).isEmpty();
  }

  @Test
  void the_longest_address_is_one() {
    var longest = "a".repeat(64) + "@" + "b.".repeat(93) + "com";
    assertThat(longest).hasSize(254);
    assertThat(EmailAddresses.normalize(longest)).hasValue(longest);
  }
}
