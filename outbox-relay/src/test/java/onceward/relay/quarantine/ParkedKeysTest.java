package onceward.relay.quarantine;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.relay.position.Key;
import onceward.relay.position.Lsn;
import onceward.relay.position.ParkedProgress;
import onceward.relay.position.Position;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Goal: of every batch, what is known about parked keys alone decides what is published, parked and
 * passed over.
 *
 * <p>Method: tables of cases. a1 is version 1 of aggregate a; a:5/3 says that the parked messages
 * of a have arrived up to 5 and are released up to 3.
 */
class ParkedKeysTest {

  private static final Position NOWHERE = new Position("shop", "1", 1, "", 0, new Lsn(1), null);

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          nothing is parked                              |       |       |    | a1 a2 b1    | a1 a2 b1 |          |    |             |
          a quarantined message parks its key            |       | a2    |    | a1 a2 a3    | a1       | a2 a3    |    | a:0/0       |
          a quarantined message is still to come         |       | a2    |    | a1 b1       | a1 b1    |          |    |             | a2
          a parked key stays parked                      | a:5/0 |       |    | a3 a4       |          | a3 a4    |    | a:5/0       |
          other keys pass                                | a:5/0 |       |    | b1 a3 b2    | b1 b2    | a3       |    | a:5/0       |
          a discarded message is passed over             |       |       | a2 | a1 a2 a3    | a1 a3    |          | a2 |             |
          a discarded message of a parked key is parked  | a:5/0 |       | a3 | a3 a4       |          | a3 a4    |    | a:5/0       |
          it is passed over before its key is parked     |       | a3    | a2 | a2 a3 a4    |          | a3 a4    | a2 | a:0/0       |
          a message that comes twice is parked twice     |       | a2    |    | a2 a2       |          | a2 a2    |    | a:0/0       |
          two quarantined messages of a key              |       | a1 a2 |    | a1          |          | a1       |    | a:0/0       | a2
          the second of them changes no progress         | a:5/3 | a2    |    | a2          |          | a2       |    | a:5/3       |
          two keys are parked apart from each other      | b:7/0 | a2    |    | b1 a1 a2 c1 | a1 c1    | b1 a2    |    | a:0/0 b:7/0 |
          an empty batch                                 | a:5/0 | b1    | c1 |             |          |          |    | a:5/0       | b1
          """)
  void a_batch_is_divided(
      String name,
      @Nullable String parked,
      @Nullable String awaited,
      @Nullable String discarded,
      @Nullable String batch,
      @Nullable String passing,
      @Nullable String toPark,
      @Nullable String passedOver,
      @Nullable String parkedNext,
      @Nullable String awaitedNext) {
    var keys = keys(parked, awaited, discarded);

    var division = keys.on(messages(batch));

    assertThat(division.passing()).isEqualTo(messages(passing));
    assertThat(division.toPark()).isEqualTo(messages(toPark));
    assertThat(division.passedOver()).isEqualTo(messages(passedOver));
    assertThat(division.next()).isEqualTo(keys(parkedNext, awaitedNext, discarded));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          no position knows the key           |       | a2    |       | a2
          the position knows the key          | a:5/0 | a2    | a:5/0 |
          the position knows another key      | b:5/0 | a2 b1 | b:5/0 | a2
          """)
  void at_the_start_messages_are_awaited_whose_keys_are_not_parked(
      String name,
      @Nullable String position,
      @Nullable String quarantined,
      @Nullable String parked,
      @Nullable String awaited) {
    assertThat(
            ParkedKeys.atStart(
                parked(position), awaited(quarantined), keys(null, null, "c1").discarded()))
        .isEqualTo(keys(parked, awaited, "c1"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          the first messages of a key arrive    | a:0/0 | a | 7 | a:7/0
          more messages arrive                  | a:7/3 | a | 9 | a:9/3
          a message that came twice keeps its turn | a:7/0 | a | 5 | a:7/0
          a key that is not parked              | a:7/0 | b | 9 | a:7/0
          """)
  void progress_never_goes_back(
      String name, String parked, String key, long arrived, String parkedNext) {
    assertThat(keys(parked, "c1", "d1").withArrived(Map.of(key(key), arrived)))
        .isEqualTo(keys(parkedNext, "c1", "d1"));
  }

  @Test
  void a_released_key_flows_again_until_a_message_of_the_key_is_quarantined() {
    var keys =
        keys(null, "a2", null).on(messages("a2 a3")).next().withArrived(Map.of(key("a"), 2L));
    assertThat(keys).isEqualTo(keys("a:2/0", null, null));

    keys = keys.withReleased(key("a"), 1);
    assertThat(keys).isEqualTo(keys("a:2/1", null, null));

    keys = keys.withReleased(key("a"), 2).withFlowing(key("a"));
    assertThat(keys.on(messages("a4")).passing()).isEqualTo(messages("a4"));
    assertThat(keys).isEqualTo(keys(null, null, null));
  }

  @Test
  void a_quarantined_message_that_comes_after_the_release_parks_its_key_again() {
    var keys = keys("a:2/0", "a4", null).withReleased(key("a"), 2).withFlowing(key("a"));

    var division = keys.on(messages("a3 a4 a5"));

    assertThat(division.passing()).isEqualTo(messages("a3"));
    assertThat(division.toPark()).isEqualTo(messages("a4 a5"));
    assertThat(division.next()).isEqualTo(keys("a:0/0", null, null));
  }

  @Test
  void a_message_that_is_discarded_is_not_awaited() {
    var keys = keys(null, "a2 a4 b1", "c1").withDiscarded(List.of(id("a2"), id("b1")));

    assertThat(keys).isEqualTo(keys(null, "a4", "a2 b1 c1"));
    assertThat(keys.isAwaited(key("a"))).isTrue();
    assertThat(keys.isAwaited(key("b"))).isFalse();
  }

  @Test
  void the_position_says_which_keys_are_parked() {
    var keys = keys("a:5/3", "b1", "c1");

    assertThat(keys.in(NOWHERE)).isEqualTo(NOWHERE.parking(parked("a:5/3")));
    assertThat(keys(null, "b1", "c1").in(NOWHERE)).isSameAs(NOWHERE);
    assertThat(keys.withFlowing(key("a")).in(keys.in(NOWHERE))).isEqualTo(NOWHERE);
  }

  private static ParkedKeys keys(
      @Nullable String parked, @Nullable String awaited, @Nullable String discarded) {
    return new ParkedKeys(
        parked(parked),
        awaited(awaited),
        words(discarded).map(ParkedKeysTest::id).collect(toSet()));
  }

  private static Map<Key, ParkedProgress> parked(@Nullable String parked) {
    return words(parked)
        .map(word -> word.split("[:/]"))
        .collect(
            toMap(
                word -> key(word[0]),
                word -> new ParkedProgress(Long.parseLong(word[1]), Long.parseLong(word[2]))));
  }

  private static Map<UUID, Key> awaited(@Nullable String messages) {
    return words(messages).collect(toMap(ParkedKeysTest::id, word -> key(word.substring(0, 1))));
  }

  private static List<Message> messages(@Nullable String messages) {
    return words(messages).map(ParkedKeysTest::message).toList();
  }

  private static Message message(String name) {
    return new Message(
        id(name),
        "thing",
        name.substring(0, 1),
        Long.parseLong(name.substring(1)),
        "Moved",
        "{}",
        MessageContext.NONE);
  }

  private static UUID id(String name) {
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
  }

  private static Key key(String name) {
    return new Key("thing", name);
  }

  private static Stream<String> words(@Nullable String words) {
    return words == null ? Stream.empty() : Arrays.stream(words.split(" "));
  }
}
