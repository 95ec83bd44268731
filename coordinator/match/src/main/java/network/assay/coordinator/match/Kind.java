package network.assay.coordinator.match;

import java.util.ArrayList;
import java.util.List;

/**
 * Groups of nodes of one build; what a request asks of hardware and grade is asked once of each.
 */
final class Kind {
  final List<Group> groups = new ArrayList<>();
}
