// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IOracleStake, OracleRegistration} from "../src/interfaces/IOracleStake.sol";
import {IOracleCommittee, Report, World} from "./World.sol";

/// @title The world with an OracleStake, to which nobody has staked yet
abstract contract OracleWorld is World {
    uint96 internal constant BOND = 50e6;
    uint96 internal constant REWARD_CAP = 4e6;
    uint32 internal constant UNBONDING_S = 6 days;
    uint32 internal constant GRACE_S = 1 hours;
    uint32 internal constant PAY_PERIOD_S = 1 days;

    address internal constant PANEL_DRAW = address(0xd4a3);

    IOracleStake internal oracleStake;
    Account internal operator;
    address private _deployer;

    function committeeWiring() internal view override returns (IOracleCommittee.Wiring memory wiring) {
        wiring = super.committeeWiring();
        wiring.oracleStake = address(oracleStake);
    }

    function oracleParams() internal pure virtual returns (IOracleStake.Params memory) {
        return IOracleStake.Params({
            bondMin: BOND,
            rewardCap: REWARD_CAP,
            unbondingDelayS: UNBONDING_S,
            answersAfterS: 1 days,
            bondGraceS: GRACE_S,
            payPeriodS: PAY_PERIOD_S
        });
    }

    function setUp() public virtual override {
        _deployer = makeAddr("deployer of the oracle stake");
        oracleStake = IOracleStake(vm.computeCreateAddress(_deployer, 0));
        super.setUp();
        operator = account("operator");
        _fundCredit(operator.addr, 1_000e6);
        vm.startPrank(_deployer);
        deploy("OracleStake.sol:OracleStake", abi.encode(vault, committee, insurance, PANEL_DRAW, oracleParams()));
        vm.stopPrank();
        _addModule(address(oracleStake));
    }

    function _registration(address key) internal view returns (OracleRegistration memory) {
        return OracleRegistration(operator.addr, key, _now() + 1 hours);
    }

    function _signRegistration(uint256 key, OracleRegistration memory registration)
        internal
        view
        returns (bytes memory)
    {
        bytes32 structHash = keccak256(
            abi.encode(
                keccak256("OracleRegistration(address operator,address key,uint40 expiry)"),
                registration.operator,
                registration.key,
                registration.expiry
            )
        );
        return signature(key, keccak256(abi.encodePacked(hex"1901", oracleStake.domainSeparator(), structHash)));
    }

    function _bond(Account memory oracle, uint96 amount) internal {
        OracleRegistration memory registration = _registration(oracle.addr);
        bytes memory signed = _signRegistration(oracle.key, registration);
        vm.prank(operator.addr);
        oracleStake.register(registration, amount, signed);
    }

    function _bondAll() internal {
        for (uint256 i = 0; i < oracles.length; ++i) {
            _bond(oracles[i], BOND);
        }
    }

    function _signReport(Account memory oracle, Report memory report) internal view returns (bytes memory) {
        return signature(oracle.key, settlement.hashReport(report));
    }

    /// @dev Two reports at one height.
    function _conflict() internal returns (Report memory first, Report memory second) {
        first = _report(1, _verdict(7, OK, PRICE));
        second = _report(1, _verdict(7, FRAUD, 0));
        second.seq = first.seq;
    }

    function _prove(Account memory oracle) internal {
        (Report memory first, Report memory second) = _conflict();
        bytes memory firstSigned = _signReport(oracle, first);
        bytes memory secondSigned = _signReport(oracle, second);
        vm.prank(stranger.addr);
        oracleStake.proveTwoReports(address(settlement), first, firstSigned, second, secondSigned);
    }

    function _rotateAway() internal {
        (address[] memory keys, bytes32[] memory pins) = _newCommittee("next", 4, false);
        vm.prank(governor.addr);
        committee.rotate(keys, pins);
    }
}
