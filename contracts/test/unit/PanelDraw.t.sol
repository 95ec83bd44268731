// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDisputeCourt, IOracleStake, IPanelDraw, JobState, Panel} from "../CourtWorld.sol";
import {PanelWorld} from "../PanelWorld.sol";

/// @title Way (b) with a panel that is drawn
contract PanelDrawTest is PanelWorld {
    address private constant HISTORY = 0x0000F90827F1C53a10cb7A02335B175320002935;

    // --- Who is drawn. ---

    function test_draw_takesRegisteredOraclesWhoThenDecide() public {
        uint64 anchor = uint64(block.number) + DELAY_BLOCKS;
        vm.expectEmit(address(panelDraw));
        emit IPanelDraw.PanelAwaited(JOB, anchor, 8);
        _challenge(JOB);
        assertEq(uint256(court.caseOf(JOB).panel), uint256(Panel.AWAITED));
        address[] memory members = _draw(JOB, "seed");
        assertEq(members.length, 3);
        for (uint256 k = 0; k < 3; ++k) {
            assertTrue(_isJuror(members[k]));
            assertNotEq(members[k], members[(k + 1) % 3]);
        }
        _voteDrawn(JOB, 1, FRAUD, 0, 7);
        assertRuling(FRAUD, 0, challenger.addr);
        assertEq(vault.creditOf(challenger.addr), 1_000e6);
    }

    function test_draw_upholds() public {
        _challenge(JOB);
        _draw(JOB, "seed");
        _voteDrawn(JOB, 1, OK, PRICE, 7);
        assertState(JOB, JobState.REPORTED);
        assertEq(vault.creditOf(provider.addr), BOND / 2);
    }

    /// @dev The committee of the job, whatever else its operators registered, the parties, and removed keys.
    /// forge-config: deep.fuzz.runs = 1000
    function testFuzz_draw_neverTakesWhoIsConcerned(bytes32 seed) public {
        _register(oracles[0], jurorOperators[0].addr, ORACLE_BOND);
        _register(oracles[1], account("another").addr, ORACLE_BOND);
        _register(account("consumer's"), consumer.addr, ORACLE_BOND);
        _register(account("provider's"), provider.addr, ORACLE_BOND);
        _register(account("challenger's"), challenger.addr, ORACLE_BOND);
        skip(AGE_S);
        vm.prank(governor.addr);
        committee.removeKey(jurors[1].addr);
        _put(JOB, OK, PRICE);
        assertEq(panelDraw.candidates(1), 9, "six jurors, three who are no party to just any job");
        _challenge(JOB);
        address[] memory members = _draw(JOB, seed);
        for (uint256 k = 0; k < 3; ++k) {
            assertTrue(_isJuror(members[k]));
            assertNotEq(members[k], jurors[0].addr, "its operator sits in the committee");
            assertNotEq(members[k], jurors[1].addr, "removed");
        }
    }

    /// forge-config: deep.fuzz.runs = 1000
    function testFuzz_draw_givesAnOperatorOneSeat(bytes32 seed) public {
        for (uint256 k = 0; k < 20; ++k) {
            _register(account(string.concat("second key ", vm.toString(k))), jurorOperators[2].addr, ORACLE_BOND);
        }
        skip(AGE_S);
        _put(JOB, OK, PRICE);
        _challenge(JOB);
        address[] memory members = _draw(JOB, seed);
        uint256 his = 0;
        for (uint256 k = 0; k < 3; ++k) {
            (address operator,,,,) = oracleStake.bondOf(members[k]);
            if (operator == jurorOperators[2].addr) ++his;
        }
        assertLe(his, 1);
    }

    function test_draw_refusesKeysThatCameTooLate() public {
        Account memory late = account("late");
        skip(1);
        _register(late, account("late operator").addr, ORACLE_BOND);
        skip(AGE_S - 1);
        _put(JOB, OK, PRICE);
        assertEq(panelDraw.candidates(1), 8);
        skip(1);
        assertEq(panelDraw.candidates(1), 9);
        _challenge(JOB);
        _register(account("later"), account("later operator").addr, ORACLE_BOND);
        (IPanelDraw.Draw memory draw,) = panelDraw.drawOf(JOB);
        assertEq(draw.places, 9, "later places are none of it");
    }

    function test_candidates_areNoneWhereOraclesNeedNoStake() public {
        IOracleStake.Params memory p = bondParams();
        p.bondMin = 0;
        IOracleStake free = IOracleStake(
            deploy("OracleStake.sol:OracleStake", abi.encode(vault, committee, address(8), address(0), p))
        );
        vm.store(address(free), 0, 0);
        IPanelDraw draw =
            IPanelDraw(deploy("PanelDraw.sol:PanelDraw", abi.encode(court, settlement, free, committee, drawParams())));
        assertEq(draw.candidates(1), 0);
    }

    // --- When. ---

    function test_draw_notBeforeItsBlockIsOverAndNotTwice() public {
        _challenge(JOB);
        (IPanelDraw.Draw memory draw,) = panelDraw.drawOf(JOB);
        bytes memory shown = _shown(JOB);
        vm.roll(draw.anchor);
        vm.expectRevert(abi.encodeWithSelector(IPanelDraw.BlockUnknown.selector, draw.anchor));
        court.drawPanel(shown, "");
        vm.roll(draw.anchor + 1);
        vm.prank(stranger.addr);
        court.drawPanel(shown, "");
        vm.expectRevert(abi.encodeWithSelector(IPanelDraw.NothingToDraw.selector, JOB));
        court.drawPanel(shown, "");
    }

    function test_draw_leavesTheMembersHalfOfTheTime() public {
        _challenge(JOB);
        uint40 until = _now() + 450;
        skip(451);
        vm.roll(block.number + 10);
        bytes memory shown = _shown(JOB);
        vm.expectRevert(abi.encodeWithSelector(IDisputeCourt.DeadlinePassed.selector, uint256(until) + 1, until));
        court.drawPanel(shown, "");
    }

    function test_vote_beforeTheDrawIsRefused() public {
        _challenge(JOB);
        bytes memory shown = _shown(JOB);
        bytes memory votes = _votes(JOB, 1, FRAUD, 0, 7); // of the named panel
        vm.expectRevert(abi.encodeWithSelector(IDisputeCourt.AwaitsPanel.selector, JOB));
        court.vote(shown, FRAUD, 0, "reason", 7, votes);
    }

    function test_undrawn_theChallengerLosesHisBondAndTheVerdictStands() public {
        _challenge(JOB);
        bytes memory shown = _shown(JOB);
        skip(450);
        vm.expectRevert(abi.encodeWithSelector(IDisputeCourt.DeadlineNotPassed.selector, _now(), _now()));
        court.closeCase(shown);
        skip(1);
        vm.prank(stranger.addr);
        court.closeCase(shown);
        assertRuling(OK, PRICE, address(0));
        assertState(JOB, JobState.REPORTED);
        assertEq(vault.creditOf(challenger.addr), 1_000e6 - BOND);
        assertEq(vault.creditOf(provider.addr), BOND / 2);
        assertEq(oracleStake.activeStakeOf(jurors[0].addr), ORACLE_BOND, "nobody was silent");
    }

    // --- One draw a verdict. ---

    function test_again_theSeedStaysAsLongAsTheChainShowsIt() public {
        _challenge(JOB);
        (IPanelDraw.Draw memory first,) = panelDraw.drawOf(JOB);
        skip(451);
        court.closeCase(_shown(JOB));
        vm.roll(first.anchor + 256);
        _challenge(JOB);
        (IPanelDraw.Draw memory second,) = panelDraw.drawOf(JOB);
        assertEq(second.anchor, first.anchor);
        assertEq(second.openedAt, first.openedAt);
    }

    function test_again_theSeedStaysForEightThousandBlocksWhereHistoryIsKept() public {
        _challenge(JOB);
        (IPanelDraw.Draw memory first,) = panelDraw.drawOf(JOB);
        skip(451);
        court.closeCase(_shown(JOB));
        vm.roll(first.anchor + 8_000);
        vm.mockCall(HISTORY, abi.encode(first.anchor), abi.encode(keccak256("seed")));
        assertTrue(panelDraw.isReachable(first.anchor));
        _challenge(JOB);
        court.drawPanel(_shown(JOB), "");
        (IPanelDraw.Draw memory second, address[] memory members) = panelDraw.drawOf(JOB);
        assertEq(second.anchor, first.anchor);
        assertEq(members.length, 3);
    }

    function test_again_aSeedThatNobodyCanShowAnyMoreIsReplaced() public {
        _challenge(JOB);
        (IPanelDraw.Draw memory first,) = panelDraw.drawOf(JOB);
        skip(451);
        court.closeCase(_shown(JOB));
        vm.roll(first.anchor + 257);
        assertFalse(panelDraw.isReachable(first.anchor));
        _challenge(JOB);
        (IPanelDraw.Draw memory second,) = panelDraw.drawOf(JOB);
        assertEq(second.anchor, block.number + DELAY_BLOCKS);
        assertEq(vault.creditOf(challenger.addr), 1_000e6 - 2 * BOND, "and the first bond is gone");
    }

    function test_again_whoIsSilentIsPenalisedAndSitsAgain() public {
        _put(JOB, OK, PRICE, 2_000);
        _challenge(JOB);
        address[] memory members = _draw(JOB, "seed");
        _voteDrawn(JOB, 1, FRAUD, 0, 1);
        skip(901);
        court.closeCase(_shown(JOB));
        assertRuling(OK, PRICE, address(0));
        assertEq(vault.creditOf(challenger.addr), 1_000e6, "the bond is back");
        assertEq(oracleStake.activeStakeOf(members[0]), ORACLE_BOND, "voted");
        assertEq(oracleStake.activeStakeOf(members[1]), ORACLE_BOND - 3e6, "silent");
        assertEq(oracleStake.activeStakeOf(members[2]), ORACLE_BOND - 3e6, "silent");
        assertEq(vault.burned(), 6e6);
        _challenge(JOB);
        assertEq(uint256(court.caseOf(JOB).panel), uint256(Panel.DRAWN));
        (, address[] memory again) = panelDraw.drawOf(JOB);
        assertEq(again, members);
        _voteDrawn(JOB, 2, FRAUD, 0, 7);
        assertRuling(FRAUD, 0, challenger.addr);
    }

    /// @dev A metered job's next checkpoint.
    function test_again_anotherVerdictIsDrawnForAnew() public {
        _challenge(JOB);
        _draw(JOB, "seed");
        _voteDrawn(JOB, 1, OK, PRICE, 7);
        skip(5);
        _put(JOB, OK, PRICE);
        _challenge(JOB);
        assertEq(uint256(court.caseOf(JOB).panel), uint256(Panel.AWAITED));
        (IPanelDraw.Draw memory draw,) = panelDraw.drawOf(JOB);
        assertEq(draw.openedAt, _now());
    }

    /// @dev What an earlier verdict left undrawn must not replace the panel of a later one.
    function test_again_anEarlierVerdictsDrawIsOver() public {
        _challenge(JOB);
        skip(451);
        court.closeCase(_shown(JOB));
        _leaveOnly(2);
        _put(JOB, OK, PRICE);
        _challenge(JOB);
        assertEq(uint256(court.caseOf(JOB).panel), uint256(Panel.NAMED));
        bytes memory shown = _shown(JOB);
        vm.roll(block.number + 10);
        vm.expectRevert(abi.encodeWithSelector(IPanelDraw.NothingToDraw.selector, JOB));
        court.drawPanel(shown, "");
    }

    // --- Too few. ---

    function test_tooFewRegistered_theNamedPanelDecides() public {
        _leaveOnly(2);
        _put(JOB, OK, PRICE);
        _challenge(JOB);
        assertEq(uint256(court.caseOf(JOB).panel), uint256(Panel.NAMED));
        _vote(JOB, 1, FRAUD, 0, 7);
        assertRuling(FRAUD, 0, challenger.addr);
    }

    function test_tooFewCandidates_theNamedPanelDecidesAfterTheDraw() public {
        _removeAllBut(2);
        _challenge(JOB);
        assertEq(uint256(court.caseOf(JOB).panel), uint256(Panel.AWAITED));
        assertEq(_draw(JOB, "seed").length, 0);
        assertEq(uint256(court.caseOf(JOB).panel), uint256(Panel.NAMED));
        _vote(JOB, 1, FRAUD, 0, 7);
        assertRuling(FRAUD, 0, challenger.addr);
    }

    function test_tooFewCandidates_andNoNamedPanelGivesTheBondBack() public {
        vm.prank(governor.addr);
        court.namePanel(new address[](0));
        _removeAllBut(2);
        _challenge(JOB);
        _draw(JOB, "seed");
        bytes memory nothing = "";
        bytes memory shown = _shown(JOB);
        vm.expectPartialRevert(IDisputeCourt.DeadlinePassed.selector);
        court.vote(shown, FRAUD, 0, "reason", 0, nothing);
        court.closeCase(shown);
        assertFalse(court.caseOf(JOB).open);
        assertState(JOB, JobState.REPORTED);
        assertEq(vault.creditOf(challenger.addr), 1_000e6);
        // Whoever challenges again meets the same draw.
        vm.prank(challenger.addr);
        vm.expectRevert(abi.encodeWithSelector(IDisputeCourt.NoPanel.selector, 0, 1));
        court.challenge(shown, "");
    }

    function test_enoughCandidates_andNoNamedPanelIsAWay() public {
        vm.prank(governor.addr);
        court.namePanel(new address[](0));
        _challenge(JOB);
        assertEq(_draw(JOB, "seed").length, 3);
    }

    // --- What members may and must not. ---

    function test_vote_ofARemovedOrPunishedMemberIsRefused() public {
        _challenge(JOB);
        address[] memory members = _draw(JOB, "seed");
        vm.prank(governor.addr);
        committee.removeKey(members[1]);
        bytes memory votes = _drawnVotes(JOB, 1, FRAUD, 0, 2);
        bytes memory shown = _shown(JOB);
        vm.expectRevert(abi.encodeWithSelector(IPanelDraw.MayNotVote.selector, members[1]));
        court.vote(shown, FRAUD, 0, "reason", 2, votes);
    }

    function test_penalise_isTheCourtsAlone() public {
        bytes memory reason = abi.encodeWithSelector(IPanelDraw.NotCourt.selector, address(this), address(court));
        bytes memory job = _shown(JOB);
        vm.expectRevert(reason);
        panelDraw.penalise(JOB, 0, 1);
        vm.expectRevert(reason);
        panelDraw.summon(job, challenger.addr);
        vm.expectRevert(reason);
        panelDraw.draw(job, "");
        vm.expectRevert(abi.encodeWithSelector(IOracleStake.NotPanelDraw.selector, address(this), address(panelDraw)));
        oracleStake.penalise(jurors[0].addr, 1);
    }

    function test_penalise_takesWhatIsUnbondingLast() public {
        address key = jurors[0].addr;
        vm.prank(jurorOperators[0].addr);
        oracleStake.requestUnbonding(key, 40e6);
        vm.startPrank(address(panelDraw));
        oracleStake.penalise(key, 30e6);
        (, uint96 staked, uint96 unbonding, uint40 availableAt,) = oracleStake.bondOf(key);
        assertEq(staked, 20e6);
        assertEq(unbonding, 20e6);
        assertGt(availableAt, 0);
        oracleStake.penalise(key, 30e6);
        (, staked, unbonding, availableAt,) = oracleStake.bondOf(key);
        assertEq(uint256(staked) + unbonding + availableAt, 0);
        oracleStake.penalise(key, 30e6);
        vm.stopPrank();
        assertEq(vault.burned(), 50e6);
        assertEq(oracleStake.oracleCount(), 8, "and the key may be staked for again");
    }

    function test_constructor_refusesWhatCannotWork() public {
        IPanelDraw.Params memory p = drawParams();
        p.size = 0;
        _refuse(address(court), p, abi.encodeWithSelector(IPanelDraw.ParamOutOfRange.selector, "size", 0, 1, 31));
        p.size = 32;
        _refuse(address(court), p, abi.encodeWithSelector(IPanelDraw.ParamOutOfRange.selector, "size", 32, 1, 31));
        p.size = 31;
        p.delayBlocks = 0;
        _refuse(
            address(court),
            p,
            abi.encodeWithSelector(IPanelDraw.ParamOutOfRange.selector, "delayBlocks", 0, 1, type(uint32).max)
        );
        p.delayBlocks = 1;
        _refuse(address(0), p, abi.encodeWithSelector(IPanelDraw.ZeroAddress.selector));
        this.make(address(court), p);
    }

    function make(address court_, IPanelDraw.Params memory p) external {
        deploy("PanelDraw.sol:PanelDraw", abi.encode(court_, settlement, oracleStake, committee, p));
    }

    function _refuse(address court_, IPanelDraw.Params memory p, bytes memory reason) private {
        vm.expectRevert(reason);
        this.make(court_, p);
    }

    // --- Standing: what OracleStake remembers. ---

    function test_jurorAt_remembersTwoChanges() public {
        uint40 before = _now();
        address operator = jurorOperators[0].addr;
        address key = jurors[0].addr;
        skip(10);
        vm.prank(operator);
        oracleStake.requestUnbonding(key, ORACLE_BOND);
        uint40 left = _now();
        assertJuror(before, key);
        assertJuror(left - 1, key);
        assertJuror(left, address(0));
        skip(10);
        vm.prank(operator);
        oracleStake.cancelUnbonding(key);
        assertJuror(before, key);
        assertJuror(left, address(0));
        assertJuror(_now() + AGE_S - 1, address(0));
        assertJuror(_now() + AGE_S, key);
        // A third change would be forgotten, so it waits until nothing asks for the time before the first.
        uint256 until = uint256(_now()) + 1 days;
        vm.startPrank(operator);
        skip(1 days);
        vm.expectRevert(abi.encodeWithSelector(IOracleStake.TooEarly.selector, until, until + 1));
        oracleStake.requestUnbonding(key, ORACLE_BOND);
        skip(1);
        oracleStake.requestUnbonding(key, ORACLE_BOND);
        vm.stopPrank();
    }

    function test_jurorAt_aRestThatIsEnoughStaysStanding() public {
        address key = jurors[0].addr;
        _fundCredit(jurorOperators[0].addr, 10e6);
        vm.startPrank(jurorOperators[0].addr);
        oracleStake.addStake(key, 10e6);
        oracleStake.requestUnbonding(key, 10e6);
        assertJuror(_now(), key);
        oracleStake.cancelUnbonding(key);
        oracleStake.requestUnbonding(key, 10e6 + 1);
        vm.stopPrank();
        assertJuror(_now(), address(0));
    }

    function test_places_stayWithTheirKeys() public {
        vm.startPrank(jurorOperators[2].addr);
        oracleStake.requestUnbonding(jurors[2].addr, ORACLE_BOND);
        skip(3 days);
        oracleStake.withdraw(jurors[2].addr);
        vm.stopPrank();
        assertEq(oracleStake.oracleCount(), 7);
        assertEq(oracleStake.places(), 8);
        assertEq(oracleStake.oracleAt(2), address(0));
        assertEq(oracleStake.oracleAt(7), jurors[7].addr);
        Account memory next = account("next");
        _register(next, account("next operator").addr, ORACLE_BOND);
        assertEq(oracleStake.oracleAt(2), next.addr, "a free place is taken");
        assertEq(oracleStake.places(), 8);
    }

    function assertJuror(uint40 when, address want) private view {
        (address got,) = oracleStake.jurorAt(0, when, AGE_S);
        assertEq(got, want);
    }

    // --- Fairness. ---

    /// @dev 800 seeds, 8 candidates, 3 seats: 300 each; the bounds are six standard deviations away.
    function test_draw_givesEveryCandidateTheSameChance() public {
        _challenge(JOB);
        (IPanelDraw.Draw memory found,) = panelDraw.drawOf(JOB);
        vm.roll(found.anchor + 1);
        uint256[8] memory drawn;
        for (uint256 k = 0; k < 800; ++k) {
            vm.setBlockhash(found.anchor, keccak256(abi.encode(k)));
            address[] memory members = _foreseen(JOB);
            for (uint256 m = 0; m < 3; ++m) {
                for (uint256 j = 0; j < 8; ++j) {
                    if (members[m] == jurors[j].addr) drawn[j] += 1;
                }
            }
        }
        for (uint256 j = 0; j < 8; ++j) {
            assertApproxEqAbs(drawn[j], 300, 82);
        }
    }
}

/// @title The seed out of a header
contract PanelRandaoTest is PanelWorld {
    function drawParams() internal pure override returns (IPanelDraw.Params memory) {
        return IPanelDraw.Params({size: 3, delayBlocks: DELAY_BLOCKS, ageS: AGE_S, randao: true});
    }

    /// @dev What the builder of the block can change, changes nobody.
    function testFuzz_randao_onlyTheMixDecides(bytes32 mix, bytes32 otherMix, bytes32 built, uint8 extraBytes) public {
        vm.assume(mix != otherMix);
        _challenge(JOB);
        bytes memory plain = header(mix, bytes32(0), "");
        address[] memory members = _drawnWith(plain);
        assertEq(_drawnWith(header(mix, built, new bytes(extraBytes % 33))), members);
        // Three of eight in an order: with another mix mostly others.
        bytes memory others = header(otherMix, bytes32(0), "");
        assertEq(_drawnWith(others), _drawnWith(header(otherMix, built, "x")));
    }

    function test_randao_refusesAnotherHeader() public {
        _challenge(JOB);
        (IPanelDraw.Draw memory found,) = panelDraw.drawOf(JOB);
        bytes memory right = header("mix", "", "");
        bytes memory wrong = header("xim", "", "");
        vm.roll(found.anchor + 1);
        vm.setBlockhash(found.anchor, keccak256(right));
        bytes memory shown = _shown(JOB);
        vm.expectRevert(
            abi.encodeWithSignature("HeaderNotOfBlock(bytes32,bytes32)", keccak256(wrong), keccak256(right))
        );
        court.drawPanel(shown, wrong);
        court.drawPanel(shown, right);
    }

    /// @dev A chain whose headers are something else: no panel, rather than one that somebody chose.
    function test_randao_refusesWhatIsNoHeader() public {
        bytes memory whole = header("mix", "", "");
        _refuse("");
        _refuse(new bytes(600));
        _refuse(_cut(whole, 447));
        _refuse(_cut(whole, 460));
        _refuse(_cut(whole, whole.length - 9 - 1)); // within the mix
        whole[448] = 0xb8; // a difficulty of more than 55 bytes
        _refuse(whole);
        whole[448] = 0x80;
        whole[whole.length - 9 - 33] = 0x9f; // a mix of 31 bytes
        _refuse(whole);
    }

    function _refuse(bytes memory garbage) private {
        _put(JOB, OK, PRICE);
        uint256 before = vm.snapshotState();
        _challenge(JOB);
        (IPanelDraw.Draw memory found,) = panelDraw.drawOf(JOB);
        vm.roll(found.anchor + 1);
        vm.setBlockhash(found.anchor, keccak256(garbage));
        bytes memory shown = _shown(JOB);
        vm.expectRevert(abi.encodeWithSignature("NoMixHash()"));
        court.drawPanel(shown, garbage);
        vm.revertToState(before);
    }

    function _cut(bytes memory all, uint256 length) private pure returns (bytes memory part) {
        part = new bytes(length);
        for (uint256 k = 0; k < length; ++k) {
            part[k] = all[k];
        }
    }

    function _drawnWith(bytes memory shownHeader) private returns (address[] memory) {
        (IPanelDraw.Draw memory found,) = panelDraw.drawOf(JOB);
        vm.roll(found.anchor + 1);
        vm.setBlockhash(found.anchor, keccak256(shownHeader));
        return panelDraw.foresee(_shown(JOB), shownHeader);
    }

    /// @dev RLP by the Yellow Paper, less what follows the nonce.
    function header(bytes32 mix, bytes32 built, bytes memory extra) internal pure returns (bytes memory) {
        bytes memory first = bytes.concat(
            hex"a0",
            keccak256("parent"),
            hex"a0",
            keccak256("uncles"),
            hex"94",
            bytes20(built),
            hex"a0",
            built,
            hex"a0",
            keccak256("transactions"),
            hex"a0",
            keccak256("receipts")
        );
        bytes memory numbers = bytes.concat(hex"80", hex"831234ff", hex"8401c9c380", hex"05", hex"846553f100");
        bytes memory extraField = extra.length == 1 && uint8(extra[0]) < 0x80
            ? extra
            : bytes.concat(bytes1(uint8(0x80 + extra.length)), extra);
        bytes memory last = bytes.concat(extraField, hex"a0", mix, hex"880000000000000000");
        bytes memory all = bytes.concat(first, hex"b90100", new bytes(256), numbers, last);
        return bytes.concat(hex"f9", bytes2(uint16(all.length)), all);
    }
}
