// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IPanelDraw, JobState} from "../CourtWorld.sol";
import {PanelWorld} from "../PanelWorld.sol";

interface IGrindablePanel {
    function register(address key) external;
    function draw(uint64 jobId, uint256 size) external returns (address[] memory);
    function panelOf(uint64 jobId) external view returns (address[] memory);
}

interface IPatientDrawer {
    function draw(address there, uint64 jobId, uint256 size, address friend, uint256 wanted) external;
}

/// @title Mistakes of others about who judges
contract PanelPocTest is PanelWorld {
    uint256 private constant TRIES = 400;

    /// @dev Whoever draws waits for a hash that he likes, and registers and leaves until it fits.
    function test_poc_aPanelThatItsCallerGrinds() public {
        Account memory friend = account("friend");
        IGrindablePanel mistaken = IGrindablePanel(deploy("GrindablePanel.sol:GrindablePanel", ""));
        IPatientDrawer patient = IPatientDrawer(deploy("GrindablePanel.sol:PatientDrawer", ""));
        for (uint256 k = 0; k < 8; ++k) {
            mistaken.register(jurors[k].addr);
        }
        mistaken.register(friend.addr);
        uint256 tries = 0;
        for (bool bought = false; !bought; ++tries) {
            vm.roll(block.number + 1);
            try patient.draw(address(mistaken), JOB, 3, friend.addr, 3) {
                bought = true;
            } catch {
                assertLt(tries, 4_000);
            }
        }
        address[] memory his = mistaken.panelOf(JOB);
        for (uint256 k = 0; k < 3; ++k) {
            assertEq(his[k], friend.addr, "exploited: one key in nine has every seat");
        }

        // Here: four keys of his own are as many seats as the seed gives them, whatever he does once he knows it.
        for (uint256 k = 0; k < 4; ++k) {
            address boss = account(string.concat("boss ", vm.toString(k))).addr;
            _register(account(string.concat("friend ", vm.toString(k))), boss, ORACLE_BOND);
        }
        skip(AGE_S);
        vm.prank(account("boss 3").addr); // one waits outside, to step in where that helps
        oracleStake.requestUnbonding(account("friend 3").addr, ORACLE_BOND);
        _put(JOB, OK, PRICE);
        _challenge(JOB);
        (IPanelDraw.Draw memory found,) = panelDraw.drawOf(JOB);
        vm.roll(found.anchor + 1);
        address[] memory members = _foreseen(JOB);

        for (uint256 k = 0; k < TRIES; ++k) {
            _whateverHeCan(k);
            assertEq(_foreseen(JOB), members);
        }
        // He waits: until nobody can draw in time. Then his bond is gone, and he meets the same seed again.
        skip(451 - (_now() - found.openedAt));
        court.closeCase(_shown(JOB));
        assertEq(vault.creditOf(challenger.addr), 1_000e6 - BOND);
        _challenge(JOB);
        (IPanelDraw.Draw memory again,) = panelDraw.drawOf(JOB);
        assertEq(again.anchor, found.anchor);
        court.drawPanel(_shown(JOB), "");
        (, address[] memory drawn) = panelDraw.drawOf(JOB);
        assertEq(drawn, members);
        // And where they do not vote, the next challenge of this verdict finds them again.
        skip(901);
        court.closeCase(_shown(JOB));
        assertState(JOB, JobState.FINAL);
    }

    function _whateverHeCan(uint256 k) private {
        address boss = account(string.concat("boss ", vm.toString(k % 4))).addr;
        address key = account(string.concat("friend ", vm.toString(k % 4))).addr;
        (,,, uint40 availableAt,) = oracleStake.bondOf(key);
        if (k % 3 == 0) {
            vm.roll(block.number + k % 2);
        } else if (k % 3 == 1 && k < 40) {
            _register(account(string.concat("new ", vm.toString(k))), account("another boss").addr, ORACLE_BOND);
        } else if (availableAt == 0) {
            vm.prank(boss);
            try oracleStake.requestUnbonding(key, ORACLE_BOND) {} catch {}
        } else {
            vm.prank(boss);
            oracleStake.cancelUnbonding(key);
        }
        if (k % 100 == 0) skip(1);
    }
}
