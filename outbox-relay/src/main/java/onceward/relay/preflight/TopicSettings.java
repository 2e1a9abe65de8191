package onceward.relay.preflight;

import java.util.Set;
import onceward.relay.publish.Addressing;

/**
 * The topics of a pipeline, as its properties say.
 *
 * @param configured the name under which the pipeline is configured
 * @param positions in which positions are written down
 * @param declared those that are known to be published to; may be none
 * @param acceptedRisks settings that are not refused
 * @param addressing where messages go to
 */
public record TopicSettings(
    String configured,
    String positions,
    Set<String> declared,
    Set<TopicRisk> acceptedRisks,
    Addressing addressing) {

  public TopicSettings {
    declared = Set.copyOf(declared);
    acceptedRisks = Set.copyOf(acceptedRisks);
  }
}
