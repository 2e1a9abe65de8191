package onceward.management;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.env.Environment;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.management.endpoint.health.DetailsVisibility;
import io.micronaut.management.endpoint.health.HealthEndpoint;
import jakarta.inject.Singleton;

/** Makes the rules of the door, and has health answer with the details that the door may take. */
@Factory
final class DoorFactory implements BeanCreatedEventListener<HealthEndpoint> {

  @Singleton
  DoorRules rules(Environment environment, Tokens tokens) {
    return new DoorRules(ManagementSettings.of(environment, 0).allowedHosts(), tokens::roleOf);
  }

  /** {@code endpoints.health.details-visible=NEVER} is obeyed; otherwise the door decides. */
  @Override
  public HealthEndpoint onCreated(BeanCreatedEvent<HealthEndpoint> event) {
    var health = event.getBean();
    if (health.getDetailsVisible() != DetailsVisibility.NEVER) {
      health.setDetailsVisible(DetailsVisibility.ANONYMOUS);
    }
    return health;
  }
}
