package network.assay.agent.runtime.container;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import network.assay.agent.execute.container.Sandbox;

class BubblewrapSandboxTest extends SandboxContract {

  @Override
  Sandbox open(ContainerHome home) throws IOException, InterruptedException {
    return Sandboxes.bubblewrap(home);
  }

  @Override
  List<String> leftovers() throws Exception {
    String name = "assay-" + home.journalId();
    List<String> left = new ArrayList<>(HandCgroup.below(name));
    left.addAll(LeftProcesses.inCgroup(name));
    return left;
  }

  @Override
  void tearDown() throws Exception {
    Sandboxes.removeTraces(home);
  }
}
