// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {OracleWorld} from "../OracleWorld.sol";

interface ILeavingStake {
    function stake(uint256 amount) external;
    function askBack(uint256 amount) external;
    function withdraw() external;
    function slash(address guilty) external;
    function credit(address who) external view returns (uint256);
}

/// @title Mistakes of others about the stake of those who report
contract OracleStakePocTest is OracleWorld {
    /// @dev GOALS: unbonding that escapes a slash; matured but not withdrawn counts as stake.
    function test_poc_oracleUnbondingThatEscapesASlash() public {
        ILeavingStake mistaken = ILeavingStake(deploy("LeavingStake.sol:LeavingStake", ""));
        vm.startPrank(operator.addr);
        mistaken.stake(BOND);
        mistaken.askBack(BOND); // sees the proof coming
        vm.stopPrank();
        mistaken.slash(operator.addr);
        vm.startPrank(operator.addr);
        mistaken.withdraw();
        assertEq(mistaken.credit(operator.addr), BOND, "exploited: nothing lost");
        vm.stopPrank();

        _bond(oracles[0], BOND);
        _rotateAway();
        vm.prank(operator.addr);
        oracleStake.requestUnbonding(oracles[0].addr, BOND);
        skip(UNBONDING_S + 10 days); // matured long ago, and not withdrawn
        _prove(oracles[0]);
        assertEq(vault.creditOf(operator.addr), 1_000e6 - BOND);
        assertEq(vault.ledgerOf(address(oracleStake)), 0);
    }

    /// @dev GOALS: slashed money paid to the caller.
    function test_poc_oracleStakePaidToTheProver() public {
        ILeavingStake mistaken = ILeavingStake(deploy("LeavingStake.sol:LeavingStake", ""));
        vm.prank(operator.addr);
        mistaken.stake(BOND);
        vm.prank(stranger.addr); // another account of the same operator, a moment before the honest prover
        mistaken.slash(operator.addr);
        assertEq(mistaken.credit(stranger.addr), BOND, "exploited: the stake is his again");

        _bond(oracles[0], BOND);
        _prove(oracles[0]); // as stranger
        assertEq(vault.creditOf(stranger.addr), REWARD_CAP);
        assertLe(uint256(REWARD_CAP), BOND / 10);
        assertGe(vault.burned(), (BOND - REWARD_CAP) / 2);
    }
}
