package onceward.relay.preflight;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import onceward.messaging.Message;
import onceward.relay.position.Coverage;
import onceward.relay.position.IdDigest;
import onceward.relay.position.Key;
import onceward.relay.position.Lsn;
import onceward.relay.position.OutboxMarks;
import onceward.relay.position.ParkedProgress;
import onceward.relay.position.Position;
import onceward.relay.position.Premises;
import onceward.relay.position.TopicIdentity;
import onceward.relay.publish.Delivery;
import onceward.relay.publish.Positions;
import onceward.relay.publish.Publisher;
import onceward.relay.publish.TopicFacts;
import onceward.relay.publish.TopicLook;
import onceward.relay.publish.TopicName;
import onceward.relay.publish.Topics;
import onceward.relay.quarantine.ParkedMessages;
import onceward.relay.source.DatabaseFacts;
import onceward.relay.source.DatabaseSettings;
import onceward.relay.source.HoldingsLook;
import onceward.relay.source.SlotLook;
import onceward.relay.source.SlotLostException;
import onceward.relay.source.SourceDatabase;
import onceward.relay.stop.Stop;
import onceward.relay.stop.StopReason;
import onceward.relay.stop.StoppedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is looked at before every start of a pipeline. Neither creates, drops nor moves a slot or a
 * publication. What it finds wrong is thrown as a {@link StoppedException}; that a server does not
 * answer, as that server's exception. Every step is bounded in time, but for reading a copied
 * outbox, which is bounded by progress. Safe for use by many threads.
 */
public final class Preflight {

  private static final Logger log = LoggerFactory.getLogger(Preflight.class);

  /** Stops at which the database has not been exchanged, whatever became of its slot. */
  private static final Set<StopReason> SAME_DATABASE =
      Set.of(
          StopReason.MOVED,
          StopReason.SLOT_AHEAD,
          StopReason.PUBLICATION_CHANGED,
          StopReason.OUTBOX_CHANGED,
          StopReason.TOPIC_CHANGED);

  /** Stops after which what is written down is still how far messages were published. */
  private static final Set<StopReason> SAME_PLACE =
      Set.of(
          StopReason.MOVED,
          StopReason.PUBLICATION_CHANGED,
          StopReason.OUTBOX_CHANGED,
          StopReason.TOPIC_CHANGED);

  private final String pipeline;
  private final DatabaseSettings settings;
  private final SourceDatabase database;
  private final Topics topics;
  private final Positions positions;
  private final TopicSettings topicSettings;
  private final BrokerChecks brokers;
  private final ParkedMessages parked;
  private final Delivery delivery;
  private final HoldingsLook holdings;
  private final boolean byName;

  /**
   * @param byName whether the capture knows the outbox by nothing but its name
   */
  public Preflight(
      String pipeline,
      boolean byName,
      DatabaseSettings settings,
      SourceDatabase database,
      Topics topics,
      Positions positions,
      TopicSettings topicSettings,
      BrokerChecks brokers,
      ParkedMessages parked,
      Delivery delivery,
      HoldingsLook holdings) {
    this.pipeline = pipeline;
    this.byName = byName;
    this.settings = settings;
    this.database = database;
    this.topics = topics;
    this.positions = positions;
    this.topicSettings = topicSettings;
    this.brokers = brokers;
    this.parked = parked;
    this.delivery = delivery;
    this.holdings = holdings;
  }

  /** Looks at the database: its slot may be read from, if nobody else does. */
  public DatabaseFacts lookAtDatabase() {
    return judged(database.look());
  }

  private DatabaseFacts judged(DatabaseFacts facts) {
    new DatabaseChecks(pipeline, settings, facts).stop().ifPresent(Preflight::refuse);
    return facts;
  }

  /**
   * Judges the database again while a pipeline streams from there.
   *
   * @param start where the pipeline began
   * @param now what the database is now
   * @return false if the pipeline is to begin anew under other premises: a migration has changed
   *     the publication in good order, or standbys have another part in what is sent
   */
  public boolean isStillFit(Position start, DatabaseFacts now) {
    var checks = new PositionChecks(pipeline, byName, judged(now), topicChecks(Map.of()));
    checks.changesInDatabase(start).findFirst().ifPresent(Preflight::refuse);
    return !checks.isMigratedSince(start)
        && (start.premises().boundedFrom() != null) == isBounded(now);
  }

  /**
   * Writes down that rows may have been passed over, so that this is not forgotten when what caused
   * it is mended. Does nothing if no position is written down yet: messages are published from the
   * first one on.
   *
   * @param publisher which keeps every other of this slot from writing meanwhile, if it can
   */
  public void doubt(Publisher publisher, Stop cause) throws InterruptedException {
    var read = readPosition();
    if (read.isPresent() && read.get().premises().doubt() == null) {
      writeDown(publisher, read.get().under(read.get().premises().doubting(cause.sentence())));
    }
  }

  /** For looking at nothing but the slot, again and again. */
  public SlotLook slotLook() {
    return database.slotLook();
  }

  /**
   * Looks at the brokers, at the topics that are declared, and whether there are those of messages.
   *
   * @param notTaken the message that was not taken last; null if all were
   */
  public void lookAtTopics(@Nullable Message notTaken) {
    brokers.stop().ifPresent(Preflight::refuse);
    var names = new HashSet<>(topicSettings.declared());
    names.add(topicSettings.positions());
    var topic = notTaken == null ? null : topicOf(notTaken);
    if (topic != null) {
      names.add(topic);
    }
    var facts = topics.look(names);
    var checks = topicChecks(facts);
    refuseDeleted(names, facts);
    checks.stop(topicSettings.declared()).ifPresent(Preflight::refuse);
    if (topic != null && notTaken != null) {
      checks.stop(topic).findFirst().map(stop -> stop.at(notTaken)).ifPresent(Preflight::refuse);
    }
  }

  /**
   * A topic that had messages is not just missing: its records are gone, an operator decides about
   * that, and the position knows how many partitions the topic had.
   *
   * @param names of the topics that are needed
   */
  private void refuseDeleted(Set<String> names, Map<String, TopicFacts> facts) {
    if (facts.keySet().containsAll(names) || !facts.containsKey(topicSettings.positions())) {
      return;
    }
    var deleted =
        new HashMap<>(
            positions
                .read(settings.slot())
                .map(position -> position.premises().topics())
                .orElse(Map.of()));
    deleted.keySet().retainAll(names);
    deleted.keySet().removeAll(facts.keySet());
    var stops = topicChecks(facts).changes(deleted).toList();
    if (!stops.isEmpty()) {
      refuse(Stop.together(stops));
    }
  }

  /** Null if there can be no topic of that name. */
  private @Nullable String topicOf(Message message) {
    var name = topicSettings.addressing().topics().topicOf(message.aggregateType());
    return TopicName.isAllowed(name) ? name : null;
  }

  /** The topics of a generation that begins at a position. */
  public PublishedTopics publishedTopics(Position start) {
    return new PublishedTopics(pipeline, topicSettings, topics, start.premises());
  }

  /** For looking at topics again and again. To be closed. */
  public TopicLook topicLook() {
    return topics.topicLook();
  }

  private TopicChecks topicChecks(Map<String, TopicFacts> facts) {
    return new TopicChecks(pipeline, topics.toolArguments(), topicSettings, facts);
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
   * @param accept the one reason for which an operator takes the slot's place as it is, or stays in
   *     a database that the pipeline has left; null if none does
   * @param arrival hears how many rows of a copied outbox are read so far, which has no bound in
   *     time; what it throws ends the reading
   */
  public Position position(Publisher publisher, @Nullable StopReason accept, LongConsumer arrival)
      throws InterruptedException {
    var written = readPosition();
    // Whoever stays accepts nothing else that is wrong.
    var read = accept == StopReason.MOVED ? written.map(one -> one.moving(null)) : written;
    // Looked at again: until the publisher was open, another relay could go on.
    var facts = lookAtDatabase();
    var topicsNow = lookAtTopicsOf(read);
    var checks = new PositionChecks(pipeline, byName, facts, topicChecks(topicsNow));
    var stop = read.isPresent() ? stop(checks, read.get(), facts, arrival) : checks.stopWithout();
    if (stop.isPresent() && stop.get().reason() != accept) {
      if (accept == StopReason.MOVED && read.filter(checks::isSameCluster).isPresent()) {
        // The pipeline stays, whatever else is wrong: that is judged as at any start from now on.
        writeDown(publisher, read.get());
      }
      throw new StoppedException(stop.get());
    }
    var isSameCluster = read.filter(checks::isSameCluster).isPresent();
    var premises = premises(facts, topicsNow, isSameCluster ? read.get().premises() : null);
    advise(facts);
    if (isSameCluster && stop.isEmpty() && accept == null) {
      return goingOn(publisher, read.get(), read.get().on(facts.timeline()).under(premises));
    }
    stop.ifPresent(
        accepted -> log.warn("Pipeline {} goes on, as accepted: {}", pipeline, accepted));
    if (read.isPresent() && !isSameCluster && stop.isEmpty()) {
      log.warn(
          "Pipeline {} has moved from cluster {} to cluster {}, which holds what it left; to let rows be appended: {}",
          pipeline,
          read.get().systemIdentifier(),
          facts.systemIdentifier(),
          dropFence());
    }
    var first = accepted(facts, read, accept, premises);
    writeDown(publisher, first);
    return first;
  }

  private void advise(DatabaseFacts facts) {
    new StandbyAdvice(pipeline, settings, facts)
        .advice(isBounded(facts))
        .ifPresent(missing ->
            log.warn("A promotion of a standby will stop pipeline {}: {}", pipeline, missing));
  }

  /** Why the pipeline may not go on by itself on the server's timeline; empty if it may. */
  private Optional<String> objection(Position position, DatabaseFacts facts) {
    if (position.timeline() == facts.timeline()) {
      return Optional.empty();
    }
    return position.timeline() > facts.timeline()
        ? Optional.of(PromotionChecks.returned(position, facts))
        : new PromotionChecks(
                position,
                facts,
                database.lookAtPromotion(position, facts.timeline()),
                parked.lacking(position.parked()))
            .objection();
  }

  /** Writes down at once what the next start must not miss, whatever becomes of this one. */
  private Position goingOn(Publisher publisher, Position read, Position now)
      throws InterruptedException {
    if (now.timeline() != read.timeline()) {
      log.info(
          "Pipeline {} goes on by itself on timeline {}: the new primary has all that is published, up to {}, and the slot has followed",
          pipeline,
          now.timeline(),
          now.confirmable());
    }
    var isLessSure = read.premises().boundedFrom() != null && now.premises().boundedFrom() == null;
    if (isLessSure || now.timeline() != read.timeline()) {
      writeDown(publisher, now);
    }
    return now;
  }

  /** In a cluster that it may have moved to, a pipeline goes by what that holds. */
  private Optional<Stop> stop(
      PositionChecks checks, Position position, DatabaseFacts facts, LongConsumer arrival) {
    return position.departure().isPresent() && !checks.isSameCluster(position)
        ? checks.stopArrived(position, holdings.read(arrival))
        : checks.stop(
            position,
            checks.isSameCluster(position) ? objection(position, facts) : Optional.empty());
  }

  /**
   * Ends a pipeline that has left its database.
   *
   * @throws StoppedException always
   */
  public void refuseMoved(Position left) {
    refuse(PositionChecks.stopMoved(left, pipeline));
  }

  /** The command that has the outbox refuse every insert. */
  public String makeFence() {
    return new DatabaseRemedies(pipeline, settings).makeFence();
  }

  /** The command that lets rows be appended again. */
  public String dropFence() {
    return new DatabaseRemedies(pipeline, settings).dropFence();
  }

  /** How two outboxes differ, in one sentence; empty if they do not. */
  public static Optional<String> difference(IdDigest before, IdDigest now) {
    return ArrivalChecks.outbox(before, now);
  }

  private Position accepted(
      DatabaseFacts facts,
      Optional<Position> read,
      @Nullable StopReason accept,
      Premises premises) {
    // Places of two clusters mean nothing to each other.
    var isSameCluster =
        read.filter(one -> one.systemIdentifier().equals(facts.systemIdentifier())).isPresent();
    if (isSameCluster
        && accept != null
        && SAME_PLACE.contains(accept)
        && PositionChecks.stopAhead(read.get(), confirmed(facts), pipeline).isEmpty()) {
      var there = read.get().on(facts.timeline()).under(premises);
      // What was published may be gone with a topic, or may not have been all.
      return accept == StopReason.MOVED ? there : there.uncovered();
    }
    return firstPosition(
        facts, read, isSameCluster && accept != null && SAME_DATABASE.contains(accept), premises);
  }

  private static void writeDown(Publisher publisher, Position position)
      throws InterruptedException {
    publisher.publish(List.of(), position);
    publisher.checkpoint(position);
  }

  private Map<String, TopicFacts> lookAtTopicsOf(Optional<Position> read) {
    var names = new HashSet<>(topicSettings.declared());
    read.ifPresent(position -> names.addAll(position.premises().topics().keySet()));
    return names.isEmpty() ? Map.of() : topics.look(names);
  }

  /**
   * @param before those of the position in the same cluster; null if there is none
   */
  private Premises premises(
      DatabaseFacts facts, Map<String, TopicFacts> topics, @Nullable Premises before) {
    var identities = new HashMap<String, TopicIdentity>();
    topics.forEach((name, topic) -> identities.put(name, topic.identity()));
    return new Premises(
        publication(facts),
        facts.outbox().id(),
        marks(facts),
        identities,
        null,
        boundedFrom(facts, before));
  }

  private static OutboxMarks marks(DatabaseFacts facts) {
    return new OutboxMarks(
        facts.outbox().named(),
        facts.outbox().unpublishable().stream()
            .map(DatabaseFacts.Unpublishable::mark)
            .collect(Collectors.toSet()));
  }

  /** What was published before may be more than is written down, and was written before now. */
  private @Nullable Lsn boundedFrom(DatabaseFacts facts, @Nullable Premises before) {
    if (!isBounded(facts)) {
      return null;
    }
    return before != null && before.boundedFrom() != null
        ? before.boundedFrom()
        : facts.writtenTo();
  }

  private boolean isBounded(DatabaseFacts facts) {
    return delivery == Delivery.EXACTLY_ONCE
        || facts.slot().filter(DatabaseFacts.Slot::standbysFirst).isPresent();
  }

  /**
   * Whether the slot, now that it is held, is still the one that was looked at: between the two it
   * could have been dropped, and made anew by whoever wanted to read from it.
   *
   * @param session by which this pipeline reads from the slot; empty if that is not known, and then
   *     whoever holds the slot counts as that session
   * @return the session that holds the slot
   * @throws SlotLostException if that session does not hold the slot, or nobody does; where the
   *     slot stands says nothing then, for another relay may have moved it
   */
  public int verifyHeld(Position position, OptionalInt session) {
    var slot = database.lookAtHeldSlot(session);
    var confirmed = slot.confirmed();
    if (confirmed != null) {
      PositionChecks.stopAhead(position, confirmed, pipeline).ifPresent(Preflight::refuse);
    }
    return slot.holder();
  }

  /** Where in its topic a position of the slot was last written; empty if that is not known now. */
  public OptionalLong lastWritten() {
    return positions.lastWritten(settings.slot());
  }

  /**
   * What is written down; empty if nothing is. A broker may deny for a moment a topic that is
   * there: then the topic cannot be made, and is read, or Kafka is away.
   */
  private Optional<Position> readPosition() {
    if (topics.look(Set.of(topicSettings.positions())).isEmpty()
        && topics.createCompacted(topicSettings.positions())) {
      log.info("Made topic {}, in which positions are written down", topicSettings.positions());
      return Optional.empty();
    }
    return positions.read(settings.slot());
  }

  private Position firstPosition(
      DatabaseFacts facts, Optional<Position> read, boolean isSameDatabase, Premises premises) {
    return new Position(
        settings.slot(),
        facts.systemIdentifier(),
        facts.timeline(),
        premises,
        facts.canary().map(DatabaseFacts.Canary::beat).orElse(0L),
        confirmed(facts),
        null,
        parked(read, isSameDatabase),
        Coverage.NONE);
  }

  /**
   * What is held and not yet written down may never come again, for the slot may be past it. In a
   * database that was restored it may have been released since.
   */
  private Map<Key, ParkedProgress> parked(Optional<Position> read, boolean isSameDatabase) {
    var all = new HashMap<Key, ParkedProgress>();
    if (read.isEmpty() || isSameDatabase) {
      all.putAll(parked.arrived());
    }
    read.ifPresent(known ->
        known
            .parked()
            .forEach((key, progress) -> all.merge(key, progress, ParkedProgress::furthest)));
    return all;
  }

  private static Lsn confirmed(DatabaseFacts facts) {
    return facts.slot().map(DatabaseFacts.Slot::confirmed).orElseThrow();
  }

  private static String publication(DatabaseFacts facts) {
    return facts.publication().map(DatabaseFacts.Publication::state).orElse("");
  }

  private static void refuse(Stop stop) {
    throw new StoppedException(stop);
  }
}
