// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IJobBook} from "../../src/interfaces/IJobBook.sol";
import {ILens} from "../../src/interfaces/ILens.sol";
import {JobState, World} from "../World.sol";

contract LensTest is World {
    ILens private lens;

    function setUp() public override {
        super.setUp();
        lens = ILens(deploy("Lens.sol:Lens", abi.encode(vault, stake, devices, market, settlement, committee)));
    }

    function test_everyPageIsBounded() public {
        bytes memory refusal = abi.encodeWithSelector(ILens.PageTooLong.selector, 257, 256);
        vm.expectRevert(refusal);
        lens.jobs(new uint64[](257));
        vm.expectRevert(refusal);
        lens.accounts(new address[](257));
        vm.expectRevert(refusal);
        lens.providers(new address[](257));
        vm.expectRevert(refusal);
        lens.devicesOf(new address[](257));
        assertEq(lens.jobs(new uint64[](256)).length, 256);
    }

    function test_jobs_showsDerivedStates() public {
        uint64[] memory ids = new uint64[](3);
        ids[0] = _settled(OK, PRICE).id;
        _passFinality();
        ids[1] = _running().id;
        ids[2] = 99;
        IJobBook.JobView[] memory shown = lens.jobs(ids);
        assertEq(uint256(shown[0].state), uint256(JobState.FINAL));
        assertEq(uint256(shown[1].state), uint256(JobState.RUNNING));
        assertEq(uint256(shown[2].state), uint256(JobState.NONE));
    }

    function test_providers_showsStakeAndMoney() public {
        _running();
        _settled(OK, PRICE);
        address[] memory one = new address[](1);
        one[0] = provider.addr;
        ILens.ProviderView memory shown = lens.providers(one)[0];
        assertEq(shown.provider, provider.addr);
        assertEq(shown.staked, STAKE);
        assertEq(shown.locked, 2 * LOCK);
        assertEq(shown.free, STAKE - 2 * LOCK);
        assertEq(shown.account.pending, PRICE - FEE);
        assertEq(shown.account.pendingLock, LOCK);
        assertEq(shown.account.claimable, 0);
        _passFinality();
        assertEq(lens.accounts(one)[0].claimable, PRICE - FEE);
        settlement.claim(provider.addr);
        assertEq(lens.accounts(one)[0].credit, PRICE - FEE);
    }

    function test_devicesOf_showsWhatIsKnown() public {
        _running();
        address[] memory two = new address[](2);
        two[0] = device.addr;
        two[1] = stranger.addr;
        ILens.DeviceView[] memory shown = lens.devicesOf(two);
        assertEq(shown[0].provider, provider.addr);
        assertEq(shown[0].activeJobs, 1);
        assertTrue(shown[0].active);
        assertEq(shown[1].provider, address(0));
    }

    function test_committeeAt_saysWhetherItCanReport() public {
        _settled(OK, PRICE);
        ILens.CommitteeView memory shown = lens.committeeAt(0);
        assertEq(shown.epoch, 1);
        assertEq(shown.oracles[2].key, oracles[2].addr);
        assertEq(shown.oracles[2].points, 1);
        assertEq(shown.oracles[3].points, 0);
        assertEq(shown.digest, committee.epochDigest(1));
        assertTrue(shown.canReport);
        vm.startPrank(governor.addr);
        committee.removeKey(oracles[0].addr);
        assertTrue(lens.committeeAt(1).canReport);
        committee.removeKey(oracles[1].addr);
        vm.stopPrank();
        assertFalse(lens.committeeAt(1).canReport, "two of four");
    }

    function test_committees_areThoseThatAnswer() public {
        (address[] memory keys, bytes32[] memory pins) = _newCommittee("new", 4, false);
        vm.prank(governor.addr);
        committee.rotate(keys, pins);
        assertEq(lens.committees().length, 2);
        skip(OVERLAP_S + 1);
        assertEq(lens.committees().length, 1);
        assertEq(lens.committees()[0].epoch, 2);
    }
}
