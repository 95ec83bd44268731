// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Test} from "../Test.sol";
import {CourtHandler} from "./CourtHandler.sol";

/// @title docs/INVARIANTS.md, the court
contract CourtInvariantsTest is Test {
    CourtHandler private handler;

    function setUp() public {
        handler = new CourtHandler();
        bytes4[] memory moves = new bytes4[](15);
        moves[0] = handler.report.selector;
        moves[1] = handler.demand.selector;
        moves[2] = handler.answer.selector;
        moves[3] = handler.prove.selector;
        moves[4] = handler.challenge.selector;
        moves[5] = handler.vote.selector;
        moves[6] = handler.closeCase.selector;
        moves[7] = handler.expire.selector;
        moves[8] = handler.giveBack.selector;
        moves[9] = handler.sit.selector;
        moves[10] = handler.pass.selector;
        moves[11] = handler.enlist.selector;
        moves[12] = handler.stepOut.selector;
        moves[13] = handler.stepIn.selector;
        moves[14] = handler.drawPanel.selector;
        targetContract(address(handler));
        targetSelector(address(handler), moves);
    }

    function invariant_theCourtHoldsExactlyBondsAndDeposits() public view {
        assertEq(handler.courtsLedger(), handler.openBonds() + handler.deposits());
    }

    function invariant_noBondIsLostOnTheWay() public view {
        assertEq(handler.allMoney(), handler.moneyIn());
    }

    function invariant_arithmeticDecidesAnOpening() public view {
        assertEq(handler.wrongVerdicts(), 0);
    }

    function invariant_aJobIsDisputedOnlyWhileSomebodyDoubts() public view {
        for (uint256 k = 0; k < handler.countOfJobs(); ++k) {
            (bool disputed, bool doubts) = handler.doubted(k);
            if (disputed) assertTrue(doubts);
        }
    }

    function invariant_nobodyChoosesADrawnPanel() public view {
        assertEq(handler.drawnOtherwise(), 0);
    }

    function invariant_aDrawnPanelWasBondedInTimeAndIsOutsideTheCommittee() public view {
        assertEq(handler.wrongMembers(), 0);
    }

    /// @dev No state without an exit: a stranger brings every bond out.
    function afterInvariant() public {
        handler.endAll();
        assertEq(handler.openBonds(), 0);
        assertEq(handler.courtsLedger(), handler.deposits());
    }
}
