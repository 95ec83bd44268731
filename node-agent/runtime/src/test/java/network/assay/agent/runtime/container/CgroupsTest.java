package network.assay.agent.runtime.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import network.assay.agent.execute.container.ContainerLimits;
import network.assay.agent.execute.container.Counters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Control groups of both versions, by the words of their files. */
class CgroupsTest {
  @TempDir Path root = Path.of("unset");

  @Test
  void countersOfVersion1AreRead() {
    Counters counters =
        CgroupCounters.parse(
            Map.of(
                "cpuacct.usage", "144396858\n",
                "memory.max_usage_in_bytes", "33554432\n",
                "memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n",
                "pids.peak", "5\n",
                "pids.events", "max 3\n",
                "blkio.throttle.io_service_bytes", "254:0 Read 10\n254:0 Write 5\nTotal 15\n"));
    assertThat(counters.cpuNs()).hasValue(144_396_858);
    assertThat(counters.memoryPeakBytes()).hasValue(33_554_432);
    assertThat(counters.oomKills()).hasValue(1);
    assertThat(counters.pidsPeak()).hasValue(5);
    assertThat(counters.pidsRefused()).hasValue(3);
    assertThat(counters.ioBytes()).hasValue(15);
  }

  @Test
  void countersOfVersion2AreReadAsTheyWereSaved() {
    Counters counters =
        CgroupCounters.parseSaved(
            """
            == cpu.stat
            usage_usec 1500
            user_usec 1000
            == memory.events
            low 0
            max 12
            oom 2
            oom_kill 2
            == memory.peak
            4096
            == io.stat
            254:0 rbytes=100 wbytes=20 rios=1 wios=1 dbytes=7 dios=0
            7:0 rbytes=1 wbytes=2 rios=1 wios=1 dbytes=0 dios=0
            == unknown.file
            1
            """);
    assertThat(counters.cpuNs()).hasValue(1_500_000);
    assertThat(counters.oomKills()).hasValue(2);
    assertThat(counters.memoryPeakBytes()).hasValue(4096);
    assertThat(counters.ioBytes()).hasValue(123);
    assertThat(counters.pidsRefused()).isEmpty();
  }

  @Test
  void whatIsNoNumberIsUnknown() {
    assertThat(CgroupCounters.parse(Map.of("cpuacct.usage", "many"))).isEqualTo(Counters.unknown());
    assertThat(CgroupCounters.parseSaved("")).isEqualTo(Counters.unknown());
  }

  @Test
  void aGroupOfVersion2GetsItsLimits() throws Exception {
    Files.writeString(root.resolve("cgroup.controllers"), "cpuset cpu io memory pids\n");
    assertThat(HandCgroup.unfit(root)).isEmpty();
    HandCgroup group = HandCgroup.below(root, "assay-x", "run-1");
    // The kernel's swap file, which a machine without swap does not have.
    Path folder = root.resolve("assay-x/run-1");
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("memory.swap.max"), "max");
    group.make(ContainerLimits.small().withCpuMillis(1_500).withPidsMax(33));
    assertThat(group.folders()).containsExactly(folder);
    assertThat(folder.resolve("memory.max")).hasContent("268435456");
    assertThat(folder.resolve("memory.swap.max")).hasContent("0");
    assertThat(folder.resolve("pids.max")).hasContent("33");
    assertThat(folder.resolve("cpu.max")).hasContent("150000 100000");
    assertThat(root.resolve("assay-x/cgroup.subtree_control")).hasContent("+memory +cpu +pids");
  }

  @Test
  void aGroupOfVersion1GetsItsLimits() throws Exception {
    for (String controller : List.of("memory", "pids", "cpu", "cpuacct")) {
      Files.createDirectories(root.resolve(controller));
    }
    assertThat(HandCgroup.unfit(root)).isEmpty();
    HandCgroup.below(root, "assay-x", "run-1").make(ContainerLimits.small().withCpuMillis(500));
    assertThat(root.resolve("memory/assay-x/run-1/memory.limit_in_bytes")).hasContent("268435456");
    assertThat(root.resolve("pids/assay-x/run-1/pids.max")).hasContent("64");
    assertThat(root.resolve("cpu/assay-x/run-1/cpu.cfs_quota_us")).hasContent("50000");
    assertThat(root.resolve("cpuacct/assay-x/run-1")).isDirectory();
  }

  @Test
  void aMachineWithoutTheControllersIsUnfit() throws Exception {
    assertThat(HandCgroup.unfit(root)).get().asString().contains("want the control groups");
    Files.writeString(root.resolve("cgroup.controllers"), "cpuset io\n");
    assertThat(HandCgroup.unfit(root)).get().asString().contains("[cpuset, io]");
  }
}
