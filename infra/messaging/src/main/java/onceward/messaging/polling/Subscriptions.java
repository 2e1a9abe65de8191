package onceward.messaging.polling;

import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.runtime.ApplicationConfiguration;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import onceward.messaging.delivery.KillSwitch;
import onceward.messaging.delivery.KillSwitchConfiguration;
import onceward.messaging.delivery.MessagingConfiguration;
import onceward.messaging.delivery.PartitionDeliveries;
import onceward.messaging.offsets.PartitionMemory;
import onceward.messaging.polling.SubscriptionLoop.Running;
import onceward.messaging.restore.OpenRestoration;
import onceward.messaging.restore.Restoring;
import onceward.messaging.subscription.Subscription;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The subscriptions of this process: started with the server, stopped with the context. */
@Singleton
@Requires(bean = Subscription.class)
final class Subscriptions implements ApplicationEventListener<ServerStartupEvent> {

  private static final Logger log = LoggerFactory.getLogger(Subscriptions.class);
  private static final Duration STOP_WAIT = Duration.ofSeconds(5);

  private final PartitionDeliveries delivering;
  private final MessagingConfiguration messaging;
  private final KillSwitchConfiguration killSwitches;
  private final ConsumerSettings settings;
  private final PartitionMemory memory;
  private final String service;
  private final Clock clock;
  private final Restoring restoring;
  private final OpenRestoration openRestoration;
  private final List<SubscriptionLoop> loops;

  Subscriptions(
      List<Subscription> subscriptions,
      PartitionDeliveries delivering,
      MessagingConfiguration messaging,
      KillSwitchConfiguration killSwitches,
      ConsumerSettings settings,
      PartitionMemory memory,
      ApplicationConfiguration application,
      Clock clock,
      Restoring restoring,
      @Nullable OpenRestoration openRestoration) {
    this.delivering = delivering;
    this.messaging = messaging;
    this.killSwitches = killSwitches;
    this.settings = settings;
    this.memory = memory;
    this.service = application.getName().orElse("");
    this.clock = clock;
    this.restoring = restoring;
    this.openRestoration = openRestoration == null ? Optional::empty : openRestoration;
    requireDistinct(subscriptions);
    loops = subscriptions.stream().map(this::loop).toList();
  }

  List<SubscriptionLoop> loops() {
    return loops;
  }

  @Override
  public void onApplicationEvent(ServerStartupEvent started) {
    var awayBecause =
        restoring.isOn() ? Optional.of(restoring.reason()) : openRestoration.unfinished();
    awayBecause.ifPresentOrElse(
        reason -> {
          log.warn("{}", reason);
          loops.forEach(loop -> loop.stayAway(reason));
        },
        () -> loops.forEach(SubscriptionLoop::start));
  }

  @PreDestroy
  void stop() throws InterruptedException {
    loops.forEach(SubscriptionLoop::stop);
    for (var loop : loops) {
      loop.awaitStopped(STOP_WAIT);
    }
  }

  private SubscriptionLoop loop(Subscription subscription) {
    var killSwitch = new KillSwitch(subscription, killSwitches);
    return new SubscriptionLoop(
        subscription,
        killSwitch,
        takesOver -> open(subscription, killSwitch, takesOver),
        () -> isTaken(subscription),
        messaging);
  }

  private Running open(Subscription subscription, KillSwitch killSwitch, boolean takesOver) {
    var brokers = settings.brokers(subscription);
    try {
      var kafka = settings.open(subscription);
      var consumer =
          new MessageConsumer(
              subscription,
              () -> delivering.partition(subscription, killSwitch),
              messaging,
              kafka,
              brokers,
              memory,
              new GroupOwner(service, takesOver),
              clock,
              System::nanoTime);
      return new Running(consumer, kafka, brokers);
    } catch (RuntimeException failed) {
      brokers.close();
      throw failed;
    }
  }

  /** Whether a member of the group has the name of this process. */
  private boolean isTaken(Subscription subscription) {
    var instance = settings.groupInstance(subscription);
    if (instance == null) {
      return false;
    }
    try (var brokers = settings.brokers(subscription)) {
      return brokers.hasInstance(subscription.group(), instance);
    }
  }

  private static void requireDistinct(List<Subscription> subscriptions) {
    var names = new HashSet<String>();
    for (var subscription : subscriptions) {
      if (!names.add(subscription.toString())) {
        throw new IllegalStateException(
            "there are two subscriptions of %s: put their handlers into one"
                .formatted(subscription));
      }
    }
  }
}
