package onceward.relay.preflight;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import onceward.messaging.Message;
import onceward.relay.database.DatabaseFacts;
import onceward.relay.database.DatabaseSettings;
import onceward.relay.database.ParkedMessages;
import onceward.relay.database.SlotLook;
import onceward.relay.database.SourceDatabase;
import onceward.relay.position.Key;
import onceward.relay.position.Position;
import onceward.relay.position.Waiting;
import onceward.relay.publish.Positions;
import onceward.relay.publish.Publisher;
import onceward.relay.publish.Topics;
import onceward.relay.stop.Stop;
import onceward.relay.stop.StopReason;
import onceward.relay.stop.StoppedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is looked at before every start of a pipeline. Neither creates, drops nor moves a slot or a
 * publication. What it finds wrong is thrown as a {@link StoppedException}; that a server does not
 * answer, as that server's exception. Every step is bounded in time. Safe for use by many threads.
 */
public final class Preflight {

  private static final Logger log = LoggerFactory.getLogger(Preflight.class);

  /** Stops at which the database has not been exchanged, whatever became of its slot. */
  private static final Set<StopReason> SAME_DATABASE =
      Set.of(StopReason.SLOT_AHEAD, StopReason.PUBLICATION_CHANGED);

  private final String pipeline;
  private final DatabaseSettings settings;
  private final SourceDatabase database;
  private final Topics topics;
  private final Positions positions;
  private final String positionsTopic;
  private final Set<String> declaredTopics;
  private final BrokerChecks brokers;
  private final ParkedMessages parked;

  /**
   * @param declaredTopics those that are known to be published to; may be none
   */
  public Preflight(
      String pipeline,
      DatabaseSettings settings,
      SourceDatabase database,
      Topics topics,
      Positions positions,
      String positionsTopic,
      Set<String> declaredTopics,
      BrokerChecks brokers,
      ParkedMessages parked) {
    this.pipeline = pipeline;
    this.settings = settings;
    this.database = database;
    this.topics = topics;
    this.positions = positions;
    this.positionsTopic = positionsTopic;
    this.declaredTopics = Set.copyOf(declaredTopics);
    this.brokers = brokers;
    this.parked = parked;
  }

  /** Looks at the database: its slot may be read from, if nobody else does. */
  public DatabaseFacts lookAtDatabase() {
    var facts = database.look();
    new DatabaseChecks(pipeline, settings, facts).stop().ifPresent(Preflight::refuse);
    return facts;
  }

  /** For looking at nothing but the slot, again and again. */
  public SlotLook slotLook() {
    return database.slotLook();
  }

  /**
   * Looks at the brokers, at the topics that are declared, and whether there are those of messages.
   *
   * @param notTaken messages that were not taken, each by its topic
   */
  public void lookAtTopics(Map<String, Message> notTaken) {
    brokers.stop().ifPresent(Preflight::refuse);
    var names = new HashSet<>(declaredTopics);
    names.addAll(notTaken.keySet());
    names.add(positionsTopic);
    var checks = new TopicChecks(topics.toolArguments(), positionsTopic, topics.look(names));
    checks.stop(declaredTopics).ifPresent(Preflight::refuse);
    notTaken.forEach((topic, message) ->
        checks.missing(topic).map(stop -> stop.at(message)).ifPresent(Preflight::refuse));
  }

  /** Whether Kafka has no topic of that name. */
  public boolean lacksTopic(String name) {
    return topics.look(Set.of(name)).isEmpty();
  }

  /**
   * Where to go on. On the first start of all that is where the slot stands, which is then written
   * down.
   *
   * @param publisher which keeps every other of this slot from writing meanwhile, if it can
   * @param accept the one reason for which an operator takes the slot's place as it is; null if
   *     none does
   */
  public Position position(Publisher publisher, @Nullable StopReason accept)
      throws InterruptedException {
    var read = readPosition();
    // Looked at again: until the publisher was open, another relay could go on.
    var facts = lookAtDatabase();
    var checks = new PositionChecks(pipeline, facts);
    var stop = read.isPresent() ? checks.stop(read.get()) : checks.stopWithout();
    if (stop.isPresent() && stop.get().reason() != accept) {
      throw new StoppedException(stop.get());
    }
    if (read.isPresent() && stop.isEmpty() && accept == null) {
      return read.get().under(publication(facts));
    }
    stop.ifPresent(accepted ->
        log.warn("Pipeline {} goes on where its slot stands, as accepted: {}", pipeline, accepted));
    var isSameDatabase = accept != null && SAME_DATABASE.contains(accept);
    var first = firstPosition(facts, read, isSameDatabase);
    publisher.publish(List.of(), first);
    publisher.checkpoint(first);
    return first;
  }

  /**
   * Whether the slot, now that it is held, is still the one that was looked at: between the two it
   * could have been dropped, and made anew by whoever wanted to read from it.
   *
   * @return the session that holds it; 0 if none does
   */
  public int verifyHeld(Position position) {
    var slot = database.lookAtSlot();
    var confirmed = slot.map(DatabaseFacts.Slot::confirmed).orElse(null);
    if (confirmed != null) {
      PositionChecks.stopAhead(position, confirmed, pipeline).ifPresent(Preflight::refuse);
    }
    return slot.map(DatabaseFacts.Slot::holder).orElse(0);
  }

  /** Where in its topic a position of the slot was last written; empty if that is not known now. */
  public OptionalLong lastWritten() {
    return positions.lastWritten(settings.slot());
  }

  private Optional<Position> readPosition() {
    if (topics.look(Set.of(positionsTopic)).isEmpty()) {
      if (topics.createCompacted(positionsTopic)) {
        log.info("Made topic {}, in which positions are written down", positionsTopic);
      }
      return Optional.empty();
    }
    return positions.read(settings.slot());
  }

  private Position firstPosition(
      DatabaseFacts facts, Optional<Position> read, boolean isSameDatabase) {
    return new Position(
        settings.slot(),
        facts.systemIdentifier(),
        facts.timeline(),
        publication(facts),
        facts.canary().map(DatabaseFacts.Canary::beat).orElse(0L),
        facts.slot().map(DatabaseFacts.Slot::confirmed).orElseThrow(),
        Map.of(),
        parked(read, isSameDatabase));
  }

  /**
   * What is held and not yet written down may never come again, for the slot may be past it. In a
   * database that was restored it may have been released since.
   */
  private Map<Key, Waiting> parked(Optional<Position> read, boolean isSameDatabase) {
    var all = new HashMap<Key, Waiting>();
    if (read.isEmpty() || isSameDatabase) {
      all.putAll(parked.arrived());
    }
    read.ifPresent(known ->
        known.parked().forEach((key, waiting) -> all.merge(key, waiting, Waiting::furthest)));
    return all;
  }

  private static String publication(DatabaseFacts facts) {
    return facts.publication().map(DatabaseFacts.Publication::state).orElse("");
  }

  private static void refuse(Stop stop) {
    throw new StoppedException(stop);
  }
}
