// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IGovernance} from "../../src/interfaces/IGovernance.sol";
import {IOracleCommittee} from "../../src/interfaces/IOracleCommittee.sol";
import {ITimelock} from "../ITimelock.sol";
import {World} from "../World.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";

/// @title The world, governed by what src/govern/Governance sets up
contract GovernanceTest is World {
    uint32 private constant TIMELOCK_S = 10 days;
    uint32 private constant ROTATION_S = 2 days;

    IGovernance private governance;
    IAccessManager private manager;
    ITimelock private timelock;
    address private deployer;
    Account private proposer;
    Account private rotator;
    Account private emergency;

    /// @dev governor.addr becomes the manager's address, which is known before.
    function setUp() public override {
        deployer = makeAddr("deployer");
        proposer = account("proposer");
        rotator = account("rotator");
        emergency = account("emergency");
        governance = IGovernance(vm.computeCreateAddress(deployer, 0));
        governorAddress = vm.computeCreateAddress(address(governance), 1);
        super.setUp();
        vm.startPrank(deployer);
        deploy("Governance.sol:Governance", abi.encode(_params()));
        vm.stopPrank();
        manager = IAccessManager(governance.manager());
        timelock = ITimelock(governance.timelock());
    }

    function test_constructor_refusesNoDelay() public {
        IGovernance.Params memory p = _params();
        p.timelockDelayS = 0;
        _expectRevert(p, abi.encodeWithSelector(IGovernance.ZeroDelay.selector));
        p = _params();
        p.rotationDelayS = 0;
        _expectRevert(p, abi.encodeWithSelector(IGovernance.ZeroDelay.selector));
    }

    function test_constructor_refusesNoProposer() public {
        IGovernance.Params memory p = _params();
        p.proposers = new address[](0);
        _expectRevert(p, abi.encodeWithSelector(IGovernance.NoProposer.selector));
    }

    function test_constructor_refusesNoCommittee() public {
        IGovernance.Params memory p = _params();
        p.committee = address(0);
        _expectRevert(p, abi.encodeWithSelector(IGovernance.ZeroAddress.selector));
    }

    function test_nobodyButTheTimelockIsAdmin() public view {
        assertEq(address(manager), governorAddress, "predicted");
        assertEq(committee.governor(), address(manager));
        address[6] memory others =
            [deployer, address(governance), proposer.addr, rotator.addr, emergency.addr, address(this)];
        for (uint256 i = 0; i < others.length; ++i) {
            (bool isMember,) = manager.hasRole(0, others[i]);
            assertFalse(isMember, "admin of the manager");
            assertFalse(timelock.hasRole(bytes32(0), others[i]), "admin of the timelock");
        }
        (bool timelockIs, uint32 delay) = manager.hasRole(0, address(timelock));
        assertTrue(timelockIs);
        assertEq(delay, 0);
        assertEq(timelock.getMinDelay(), TIMELOCK_S);
    }

    function test_theEmergencyRemovesAKeyAtOnceAndNothingElse() public {
        vm.startPrank(emergency.addr);
        manager.execute(address(committee), abi.encodeCall(committee.removeKey, (oracles[0].addr)));
        assertTrue(committee.isRemoved(oracles[0].addr));
        bytes memory refusal = abi.encodeWithSelector(
            IAccessManager.AccessManagerUnauthorizedCall.selector,
            emergency.addr,
            address(committee),
            IOracleCommittee.setReporter.selector
        );
        vm.expectRevert(refusal);
        manager.execute(address(committee), abi.encodeCall(committee.setReporter, (stranger.addr, true)));
        vm.stopPrank();
    }

    function test_aRotationWaits() public {
        bytes memory call = _rotation();
        vm.startPrank(rotator.addr);
        bytes32 id = manager.hashOperation(rotator.addr, address(committee), call);
        vm.expectRevert(abi.encodeWithSelector(IAccessManager.AccessManagerNotScheduled.selector, id));
        manager.execute(address(committee), call);
        manager.schedule(address(committee), call, 0);
        skip(ROTATION_S - 1);
        vm.expectRevert(abi.encodeWithSelector(IAccessManager.AccessManagerNotReady.selector, id));
        manager.execute(address(committee), call);
        skip(1);
        manager.execute(address(committee), call);
        vm.stopPrank();
        assertEq(committee.currentEpoch(), 2);
    }

    function test_theEmergencyCancelsAWaitingRotation() public {
        bytes memory call = _rotation();
        vm.prank(rotator.addr);
        manager.schedule(address(committee), call, 0);
        vm.prank(emergency.addr);
        manager.cancel(rotator.addr, address(committee), call);
        skip(ROTATION_S);
        bytes32 id = manager.hashOperation(rotator.addr, address(committee), call);
        vm.expectRevert(abi.encodeWithSelector(IAccessManager.AccessManagerNotScheduled.selector, id));
        vm.prank(rotator.addr);
        manager.execute(address(committee), call);
    }

    function test_strangersRotateNothing() public {
        bytes memory call = _rotation();
        vm.expectRevert(
            abi.encodeWithSelector(
                IAccessManager.AccessManagerUnauthorizedCall.selector,
                stranger.addr,
                address(committee),
                IOracleCommittee.rotate.selector
            )
        );
        vm.prank(stranger.addr);
        manager.execute(address(committee), call);
    }

    function test_everythingElseWaitsInTheTimelock() public {
        bytes memory inner = abi.encodeCall(committee.setReporter, (stranger.addr, true));
        bytes memory outer = abi.encodeCall(manager.execute, (address(committee), inner));
        vm.prank(proposer.addr);
        timelock.schedule(address(manager), 0, outer, 0, 0, TIMELOCK_S);
        skip(TIMELOCK_S - 1);
        vm.expectRevert();
        timelock.execute(address(manager), 0, outer, 0, 0);
        skip(1);
        vm.prank(stranger.addr); // whoever likes
        timelock.execute(address(manager), 0, outer, 0, 0);
        assertTrue(committee.isReporter(stranger.addr));
    }

    function test_strangersProposeNothing() public {
        vm.expectRevert();
        vm.prank(stranger.addr);
        timelock.schedule(address(manager), 0, "", 0, 0, TIMELOCK_S);
    }

    function test_theTimelockReplacesTheRotatorOnlyAfterItsDelay() public {
        bytes memory grant = abi.encodeCall(manager.grantRole, (governance.ROTATOR_ROLE(), stranger.addr, ROTATION_S));
        vm.expectRevert();
        vm.prank(proposer.addr);
        timelock.schedule(address(manager), 0, grant, 0, 0, TIMELOCK_S - 1);
        vm.prank(proposer.addr);
        timelock.schedule(address(manager), 0, grant, 0, 0, TIMELOCK_S);
        skip(TIMELOCK_S);
        timelock.execute(address(manager), 0, grant, 0, 0);
        (bool isMember, uint32 delay) = manager.hasRole(governance.ROTATOR_ROLE(), stranger.addr);
        assertTrue(isMember);
        assertEq(delay, ROTATION_S);
    }

    function _rotation() private returns (bytes memory) {
        (address[] memory keys, bytes32[] memory pins) = _newCommittee("new", 4, false);
        return abi.encodeCall(committee.rotate, (keys, pins));
    }

    function _params() private view returns (IGovernance.Params memory p) {
        p.timelockDelayS = TIMELOCK_S;
        p.rotationDelayS = ROTATION_S;
        p.proposers = new address[](1);
        p.proposers[0] = proposer.addr;
        p.rotator = rotator.addr;
        p.emergency = emergency.addr;
        p.committee = address(committee);
    }

    function _expectRevert(IGovernance.Params memory p, bytes memory refusal) private {
        vm.expectRevert(refusal);
        deploy("Governance.sol:Governance", abi.encode(p));
    }
}
