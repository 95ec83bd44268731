package network.assay.coordinator.app.flow;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.JobIds;
import network.assay.coordinator.app.store.Bell;

/** Gathers whose attempts blocks changed, and tells all coordinators once that is committed. */
public final class ChainNews implements ChainFeed.Changed {
  private final Bell bell;
  private final Set<String> jobs = new HashSet<>();
  private final Set<String> devices = new HashSet<>();

  public ChainNews(Bell bell) {
    this.bell = bell;
  }

  @Override
  public synchronized void changed(Set<Long> changedJobs, Set<Address> changedDevices) {
    changedJobs.forEach(job -> jobs.add(JobIds.text(job)));
    changedDevices.forEach(device -> devices.add(device.hex()));
  }

  /** What was gathered is durable now. */
  public synchronized void committed() {
    bell.ring("device", List.copyOf(devices));
    bell.ring("job", List.copyOf(jobs));
    devices.clear();
    jobs.clear();
  }
}
