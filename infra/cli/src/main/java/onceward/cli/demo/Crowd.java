package onceward.cli.demo;

import java.util.List;
import java.util.Map;

/**
 * People who sign up at the same time, and what must come of it. Whoever of two people with the
 * same e-mail address is first, exactly one of them gets it; so it is the counts that are known.
 *
 * @param expected how many sign-ups end in which way; what is missing is expected not to happen
 */
record Crowd(List<Person> people, Map<Outcome, Integer> expected) {

  Crowd {
    people = List.copyOf(people);
    expected = Map.copyOf(expected);
  }
}
