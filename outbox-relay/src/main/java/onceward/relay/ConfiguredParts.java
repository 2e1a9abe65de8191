package onceward.relay;

import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import onceward.messaging.kafka.KafkaConnection;
import onceward.relay.capture.Capture;
import onceward.relay.capture.CaptureMethod;
import onceward.relay.capture.CaptureSettings;
import onceward.relay.capture.VisibleCapture;
import onceward.relay.capture.engine.DebeziumCapture;
import onceward.relay.capture.pgoutput.PgoutputCapture;
import onceward.relay.move.Moves;
import onceward.relay.pipeline.PipelineParts;
import onceward.relay.position.Position;
import onceward.relay.preflight.BrokerChecks;
import onceward.relay.preflight.Preflight;
import onceward.relay.preflight.TopicSettings;
import onceward.relay.publish.Addressing;
import onceward.relay.publish.AtLeastOncePublisher;
import onceward.relay.publish.Brokers;
import onceward.relay.publish.DeadLetters;
import onceward.relay.publish.Delivery;
import onceward.relay.publish.ExactlyOncePublisher;
import onceward.relay.publish.LogEnds;
import onceward.relay.publish.Positions;
import onceward.relay.publish.Publisher;
import onceward.relay.publish.Topics;
import onceward.relay.quarantine.ParkedMessages;
import onceward.relay.quarantine.Quarantine;
import onceward.relay.republish.RepublishRequests;
import onceward.relay.republish.RepublishTables;
import onceward.relay.settings.InvalidConfigurationException;
import onceward.relay.settings.KafkaConfiguration;
import onceward.relay.settings.PipelineConfiguration;
import onceward.relay.source.HoldingsLook;
import onceward.relay.source.JudgedServer;
import onceward.relay.source.SourceDatabase;

/** The parts of a pipeline, as its properties say. */
record ConfiguredParts(
    KafkaConnection kafka,
    String positionsTopic,
    Addressing addressing,
    Delivery delivery,
    CaptureMethod captureMethod,
    CaptureSettings settings,
    Duration canaryInterval,
    Duration checkpointInterval,
    SourceDatabase database,
    ParkedMessages parked,
    Quarantine quarantine,
    DeadLetters deadLetters,
    RepublishTables republish,
    RepublishRequests republishRequests,
    HoldingsLook holdings,
    Moves moves,
    LogEnds ends,
    Preflight preflight)
    implements PipelineParts {

  /**
   * @param shard which of the pipelines that are configured as one
   * @throws InvalidConfigurationException for the first property that is missing or not allowed
   */
  static ConfiguredParts of(PipelineConfiguration pipeline, int shard, KafkaConfiguration kafka) {
    var connection = kafka.connection();
    var positionsTopic = kafka.validatedPositionsTopic();
    var settings = pipeline.captureSettings(shard);
    var name = settings.pipeline();
    var delivery = pipeline.deliveryMode();
    var database = new SourceDatabase(name, settings.database());
    var parked = new ParkedMessages(name, settings.database());
    var holdings = new HoldingsLook(name, settings.database());
    var positions = new Positions(connection, positionsTopic);
    var ends = new LogEnds();
    var preflight =
        new Preflight(
            name,
            pipeline.captureMethod() == CaptureMethod.ENGINE,
            settings.database(),
            database,
            new Topics(connection, ends),
            positions,
            new TopicSettings(
                settings.database().shard().configured(name),
                positionsTopic,
                pipeline.declaredTopics(),
                pipeline.acceptedRisks(),
                pipeline.addressing()),
            new BrokerChecks(new Brokers(connection), delivery),
            parked,
            delivery,
            holdings);
    return new ConfiguredParts(
        connection,
        positionsTopic,
        pipeline.addressing(),
        delivery,
        pipeline.captureMethod(),
        settings,
        pipeline.canaryIntervalChecked(),
        pipeline.checkpointIntervalChecked(),
        database,
        parked,
        new Quarantine(name, settings.database()),
        new DeadLetters(
            connection,
            kafka.validatedDeadLettersTopic(),
            pipeline.addressing(),
            settings.database().slot()),
        new RepublishTables(name, settings.database(), parked),
        new RepublishRequests(name, settings.database()),
        holdings,
        new Moves(settings.database().shard(), positions, holdings, preflight),
        ends,
        preflight);
  }

  @Override
  public Publisher publisher() {
    return switch (delivery) {
      case AT_LEAST_ONCE ->
          new AtLeastOncePublisher(kafka, settings.pipeline(), positionsTopic, addressing, ends);
      case EXACTLY_ONCE ->
          new ExactlyOncePublisher(
              kafka,
              settings.pipeline(),
              settings.database().slot(),
              positionsTopic,
              addressing,
              ends);
    };
  }

  /** In both modes: what the position in Kafka vouches for is published. */
  @Override
  public Capture capture(Position from, Set<UUID> discarded) {
    var capture =
        switch (captureMethod) {
          case PGOUTPUT -> new PgoutputCapture(from, settings, discarded);
          case ENGINE -> new DebeziumCapture(from, settings, discarded);
        };
    return new VisibleCapture(capture, database.snapshots(JudgedServer.of(from)));
  }
}
