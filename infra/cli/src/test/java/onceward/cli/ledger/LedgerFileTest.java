package onceward.cli.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LedgerFileTest {

  @TempDir private Path directory;

  @Test
  void names_kafka_and_databases() throws IOException {
    var secret = Files.writeString(directory.resolve("secret"), "s3cret\n");
    var settings =
        LedgerFile.read(
            file(
                """
                kafka.bootstrap.servers=kafka-1:9092
                kafka.security.protocol=SSL
                topic-suffix=-log
                positions-topic=shop.positions
                database.shop.url=jdbc:postgresql://db/shop
                database.shop.user=ledger
                database.shop.password-file=%s
                database.old.billing.url=jdbc:postgresql://db/billing
                database.old.billing.user=ledger
                database.old.billing.password=x
                database.old.billing.slot=billing_slot, billing_slot_1
                """
                    .formatted(secret)));
    assertThat(settings.kafka())
        .containsEntry("bootstrap.servers", "kafka-1:9092")
        .containsEntry("security.protocol", "SSL");
    assertThat(settings.topicSuffix()).isEqualTo("-log");
    assertThat(settings.positionsTopic()).isEqualTo("shop.positions");
    assertThat(settings.databases()).extracting("name").containsExactly("old.billing", "shop");
    assertThat(settings.databases().getLast().password()).isEqualTo("s3cret");
    assertThat(settings.databases().getFirst().slots())
        .containsExactly("billing_slot", "billing_slot_1");
    assertThat(settings.databases().getLast().toString()).doesNotContain("s3cret");
  }

  @Test
  void says_which_property_is_unknown_and_which_are_allowed() {
    assertThatThrownBy(() -> LedgerFile.read(file("databse.shop.url=x")))
        .isInstanceOf(LedgerFileException.class)
        .hasMessageContaining("databse.shop.url is no property")
        .hasMessageContaining("database.NAME.url");
    assertThatThrownBy(() -> LedgerFile.read(file("database.shop.host=x")))
        .hasMessageContaining("database.shop.host is no property");
  }

  @Test
  void says_what_is_missing() {
    assertThatThrownBy(() -> LedgerFile.read(file("")))
        .hasMessageContaining("kafka.bootstrap.servers is missing");
    assertThatThrownBy(() -> LedgerFile.read(file("kafka.bootstrap.servers=k:1")))
        .hasMessageContaining("names no database");
    assertThatThrownBy(() ->
            LedgerFile.read(
                file("kafka.bootstrap.servers=k:1\ndatabase.shop.url=jdbc:postgresql://db/shop")))
        .hasMessageContaining("database.shop.user is missing");
    assertThatThrownBy(() -> LedgerFile.read(directory.resolve("none")))
        .hasMessageContaining("cannot be read");
  }

  private Path file(String content) throws IOException {
    return Files.writeString(directory.resolve("ledger.properties"), content);
  }
}
