package onceward.management;

import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.AbstractHealthIndicator;
import jakarta.inject.Singleton;
import java.util.Map;

/** An indicator with details that are nothing for strangers. */
@Singleton
final class SecretIndicator extends AbstractHealthIndicator<Map<String, Object>> {

  @Override
  protected Map<String, Object> getHealthInformation() {
    healthStatus = HealthStatus.UP;
    return Map.of("database", "jdbc:inner");
  }

  @Override
  protected String getName() {
    return "inner";
  }
}
