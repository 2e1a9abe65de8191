package onceward.localstack.kafka;

import java.util.Map;
import onceward.localstack.process.PrivateFiles;
import onceward.localstack.process.PropertiesText;

/** The files the broker reads. */
final class KafkaConfiguration {

  private KafkaConfiguration() {}

  static void write(KafkaSettings settings) {
    PrivateFiles.write(
        settings.serverProperties(),
        serverProperties(settings)
            + PropertiesText.of(Map.of("log.dirs", settings.data().toString()))
            // The last line for a property is the one that counts.
            + PropertiesText.of(settings.properties()));
    PrivateFiles.write(settings.logback(), LOGBACK);
  }

  private static String serverProperties(KafkaSettings settings) {
    return """
    process.roles=broker,controller
    node.id=1
    controller.quorum.voters=1@127.0.0.1:%2$d
    listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
    advertised.listeners=PLAINTEXT://127.0.0.1:%1$d
    controller.listener.names=CONTROLLER
    inter.broker.listener.name=PLAINTEXT
    listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT

    auto.create.topics.enable=false
    offsets.topic.replication.factor=1
    offsets.topic.num.partitions=8
    transaction.state.log.replication.factor=1
    transaction.state.log.min.isr=1
    transaction.state.log.num.partitions=4
    # How long a transaction waits that begins while the one before still ends. The default, 20 ms,
    # is far longer than an end takes here.
    add.partitions.to.txn.retry.backoff.ms=2
    share.coordinator.state.topic.replication.factor=1
    share.coordinator.state.topic.min.isr=1
    share.coordinator.state.topic.num.partitions=1

    # A killed consumer is replaced within seconds.
    group.initial.rebalance.delay.ms=0
    group.min.session.timeout.ms=1000
    group.consumer.min.session.timeout.ms=5000
    group.consumer.session.timeout.ms=10000
    group.consumer.min.heartbeat.interval.ms=1000
    group.consumer.heartbeat.interval.ms=2000

    # One machine: fewer threads.
    num.network.threads=2
    num.io.threads=4
    num.replica.fetchers=1
    background.threads=4
    log.cleaner.dedupe.buffer.size=16777216
    """
        .formatted(settings.port(), settings.controllerPort());
  }

  /** To standard output, which is the log file. */
  private static final String LOGBACK =
      """
      <configuration>
        <appender name="stdout" class="ch.qos.logback.core.ConsoleAppender">
          <encoder>
            <pattern>%d{yyyy-MM-dd'T'HH:mm:ss.SSS} %-5level %logger{0} %msg%n</pattern>
          </encoder>
        </appender>
        <root level="WARN">
          <appender-ref ref="stdout"/>
        </root>
        <logger name="kafka.server" level="INFO"/>
        <logger name="kafka.server.KafkaConfig" level="WARN"/>
        <logger name="org.apache.kafka.common.config.AbstractConfig" level="ERROR"/>
      </configuration>
      """;
}
