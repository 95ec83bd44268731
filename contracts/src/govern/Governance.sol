// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IGovernance} from "../interfaces/IGovernance.sol";
import {IOracleCommittee} from "../interfaces/IOracleCommittee.sol";
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

/// @title Governance: documented on its interface, IGovernance
contract Governance is IGovernance {
    uint64 public constant ROTATOR_ROLE = 1;
    uint64 public constant EMERGENCY_ROLE = 2;

    address public immutable manager;
    address public immutable timelock;

    constructor(Params memory p) {
        if (p.timelockDelayS == 0 || p.rotationDelayS == 0) revert ZeroDelay();
        if (p.proposers.length == 0) revert NoProposer();
        if (p.committee == address(0)) revert ZeroAddress();
        AccessManager made = new AccessManager(address(this));
        address[] memory anyone = new address[](1); // the zero address: whoever likes may execute what has waited
        manager = address(made);
        timelock = address(new TimelockController(p.timelockDelayS, p.proposers, anyone, address(0)));
        uint64 admin = made.ADMIN_ROLE();
        made.grantRole(admin, timelock, 0);
        _appoint(made, p);
        made.renounceRole(admin, address(this));
        (bool isMember,) = made.hasRole(admin, address(this));
        if (isMember) revert StillAdmin(address(this));
    }

    function _appoint(AccessManager made, Params memory p) private {
        bytes4[] memory rotations = new bytes4[](2);
        rotations[0] = IOracleCommittee.rotate.selector;
        rotations[1] = IOracleCommittee.rotateScheme.selector;
        bytes4[] memory removals = new bytes4[](1);
        removals[0] = IOracleCommittee.removeKey.selector;
        made.labelRole(ROTATOR_ROLE, "rotator");
        made.labelRole(EMERGENCY_ROLE, "emergency");
        made.setTargetFunctionRole(p.committee, rotations, ROTATOR_ROLE);
        made.setTargetFunctionRole(p.committee, removals, EMERGENCY_ROLE);
        made.setRoleGuardian(ROTATOR_ROLE, EMERGENCY_ROLE);
        // The timelock has waited already.
        made.grantRole(ROTATOR_ROLE, timelock, 0);
        made.grantRole(EMERGENCY_ROLE, timelock, 0);
        if (p.rotator != address(0)) made.grantRole(ROTATOR_ROLE, p.rotator, p.rotationDelayS);
        if (p.emergency != address(0)) made.grantRole(EMERGENCY_ROLE, p.emergency, 0);
    }
}
