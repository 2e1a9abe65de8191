package onceward.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import onceward.messaging.Message;
import org.apache.kafka.clients.producer.ProducerRecord;

/** What a relay writes down of what it has published, so that a test can write something else. */
final class WrittenCoverage {

  /** What the count began with. */
  private static final String FIRST = "01980000-0000-7000-8000-000000000000";

  private final Shop shop;
  private final String topicId;
  private final List<String> open = new ArrayList<>();
  private int parts;

  /** Of a relay that publishes to the shop's topic as it is now. */
  WrittenCoverage(Shop shop) throws Exception {
    this.shop = shop;
    try (var kafka = Shop.kafka()) {
      this.topicId =
          kafka
              .describeTopics(List.of(shop.topic))
              .topicNameValues()
              .values()
              .iterator()
              .next()
              .get()
              .topicId()
              .toString();
    }
  }

  /** In the position. */
  WrittenCoverage open(Instant hour, List<Message> published) {
    open.add("{%s}".formatted(hour(hour, published)));
    return this;
  }

  /** In a record of its own. */
  WrittenCoverage closed(Instant hour, List<Message> published) throws Exception {
    part(parts++, hour, published);
    return this;
  }

  /** In a record of its own that does not arrive, where one of an earlier count stands. */
  WrittenCoverage behindAnEarlierCount(Instant hour, List<Message> published) throws Exception {
    part(parts++, "01980000-0000-7000-8000-000000000001", hour, published);
    return this;
  }

  /** In a record of its own, by a relay that died before it wrote its position. */
  WrittenCoverage orphaned(Instant hour, List<Message> published) throws Exception {
    part(parts, hour, published);
    return this;
  }

  void write() throws Exception {
    write(topicId);
  }

  /** Of a relay that published to a topic with that id. */
  void write(String idOfTopic) throws Exception {
    send(
        Shop.DATABASE,
        """
        {"slot":"%s","topics":{"%s":{"id":"%s","partitions":1}},"coverage":{"parts":%d,"first":"%s","open":[%s]}}
        """
            .formatted(Shop.DATABASE, shop.topic, idOfTopic, parts, FIRST, String.join(",", open)));
  }

  private void part(int number, Instant hour, List<Message> published) throws Exception {
    part(number, FIRST, hour, published);
  }

  private void part(int number, String first, Instant hour, List<Message> published)
      throws Exception {
    send(
        Shop.DATABASE + "#" + number,
        """
        {"coverageOf":"%s","part":%d,"first":"%s",%s}
        """
            .formatted(Shop.DATABASE, number, first, hour(hour, published)));
  }

  private String hour(Instant hour, List<Message> published) {
    var high = 0L;
    var low = 0L;
    for (var message : published) {
      high ^= message.id().getMostSignificantBits();
      low ^= message.id().getLeastSignificantBits();
    }
    return """
    "hour":"%s","from":"0/1","to":"0/2","published":{"%s":{"count":%d,"ids":"%s"}}
    """
        .formatted(
            hour.truncatedTo(ChronoUnit.HOURS),
            shop.aggregateType,
            published.size(),
            new UUID(high, low));
  }

  private void send(String key, String value) throws Exception {
    shop.send(new ProducerRecord<>(shop.positions, key.getBytes(UTF_8), value.getBytes(UTF_8)));
  }
}
