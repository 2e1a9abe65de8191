package onceward.messaging.subscription;

import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import onceward.messaging.subscription.SubscriptionLoop.Running;

/** Runs every {@link Subscription} bean from the server's start to its end. */
@Singleton
@Requires(bean = Subscription.class)
final class Subscriptions implements ApplicationEventListener<ServerStartupEvent> {

  private static final Duration STOP_WAIT = Duration.ofSeconds(5);

  private final List<SubscriptionLoop> loops;

  Subscriptions(
      List<Subscription> subscriptions,
      HandleOnce handleOnce,
      Deliveries deliveries,
      MessagingConfiguration messaging,
      ConsumerSettings settings) {
    requireDistinct(subscriptions);
    loops =
        subscriptions.stream()
            .map(subscription ->
                new SubscriptionLoop(
                    subscription,
                    () -> {
                      var kafka = settings.open(subscription);
                      return new Running(
                          new MessageConsumer(
                              subscription,
                              new PartitionDelivery(subscription, handleOnce, deliveries),
                              messaging,
                              kafka),
                          kafka);
                    },
                    messaging))
            .toList();
  }

  List<SubscriptionLoop> loops() {
    return loops;
  }

  @Override
  public void onApplicationEvent(ServerStartupEvent started) {
    loops.forEach(SubscriptionLoop::start);
  }

  @PreDestroy
  void stop() throws InterruptedException {
    loops.forEach(SubscriptionLoop::stop);
    for (var loop : loops) {
      loop.awaitStopped(STOP_WAIT);
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
