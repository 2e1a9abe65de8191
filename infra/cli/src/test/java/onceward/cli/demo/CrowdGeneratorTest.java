package onceward.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class CrowdGeneratorTest {

  private static final long SEED = 4711;
  private static final Predicate<Person> INVALID =
      person ->
          !person.loginId().matches("[A-Za-z0-9][A-Za-z0-9._-]{2,63}")
              || person.password().length() < 8
              || person.name().isBlank()
              || !person.email().contains("@")
              || !person.phone().matches("\\+\\d+");

  @Test
  void five_of_a_hundred_each_copy_a_login_id_an_address_or_a_number_or_make_a_mistake() {
    Crowd crowd = new CrowdGenerator(SEED).generate(200);
    List<Person> valid = crowd.people().stream().filter(INVALID.negate()).toList();

    assertThat(crowd.people()).hasSize(200);
    assertThat(crowd.people()).filteredOn(INVALID).hasSize(10);
    assertThat(sharedBy(valid, Person::loginId)).hasSize(10).containsOnly(2L);
    assertThat(sharedBy(valid, Person::email)).hasSize(10).containsOnly(2L);
    assertThat(sharedBy(valid, Person::phone)).hasSize(10).containsOnly(2L);
  }

  @Test
  void every_sign_up_has_one_expected_outcome() {
    Crowd crowd = new CrowdGenerator(SEED).generate(200);

    assertThat(crowd.expected())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                Outcome.ACTIVE, 160,
                Outcome.LOGIN_ID_TAKEN, 10,
                Outcome.EMAIL_TAKEN, 10,
                Outcome.PHONE_TAKEN, 10,
                Outcome.INVALID, 10));
  }

  @Test
  void a_few_people_are_all_sound() {
    assertThat(new CrowdGenerator(SEED).generate(7).expected()).containsEntry(Outcome.ACTIVE, 7);
  }

  @Test
  void the_same_seed_makes_the_same_crowd_and_another_seed_other_people() {
    assertThat(new CrowdGenerator(SEED).generate(50))
        .isEqualTo(new CrowdGenerator(SEED).generate(50));
    assertThat(logins(new CrowdGenerator(SEED)))
        .doesNotContainAnyElementsOf(logins(new CrowdGenerator(SEED + 1)));
  }

  private static List<String> logins(CrowdGenerator generator) {
    return generator.generate(50).people().stream()
        .map(Person::loginId)
        .filter(login -> login.length() > 1)
        .toList();
  }

  private static List<Long> sharedBy(List<Person> people, Function<Person, String> field) {
    return people.stream()
        .collect(Collectors.groupingBy(field, Collectors.counting()))
        .values()
        .stream()
        .filter(count -> count > 1)
        .toList();
  }
}
