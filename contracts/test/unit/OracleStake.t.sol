// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IOracleStake, OracleRegistration} from "../../src/interfaces/IOracleStake.sol";
import {OracleWorld} from "../OracleWorld.sol";
import {IOracleCommittee, Report} from "../World.sol";

contract OracleStakeTest is OracleWorld {
    function test_constructor_refusesStakeThatLeavesBeforeItsAnswers() public {
        IOracleStake.Params memory p = oracleParams();
        p.unbondingDelayS = OVERLAP_S + p.answersAfterS;
        vm.expectRevert(
            abi.encodeWithSelector(IOracleStake.UnbondingTooShort.selector, p.unbondingDelayS, p.unbondingDelayS + 1)
        );
        deploy("OracleStake.sol:OracleStake", abi.encode(vault, committee, insurance, PANEL_DRAW, p));
    }

    function test_constructor_refusesNoInsurance() public {
        vm.expectRevert(IOracleStake.ZeroAddress.selector);
        deploy("OracleStake.sol:OracleStake", abi.encode(vault, committee, address(0), PANEL_DRAW, oracleParams()));
    }

    // --- Stake in. ---

    function test_register_refusesAnotherThanTheOperator() public {
        OracleRegistration memory registration = _registration(oracles[0].addr);
        _expectRegisterRevert(
            stranger.addr,
            registration,
            oracles[0].key,
            abi.encodeWithSelector(IOracleStake.NotOperator.selector, stranger.addr, operator.addr)
        );
    }

    function test_register_refusesAnExpiredConsent() public {
        OracleRegistration memory registration = _registration(oracles[0].addr);
        registration.expiry = _now() - 1;
        _expectRegisterRevert(
            operator.addr,
            registration,
            oracles[0].key,
            abi.encodeWithSelector(IOracleStake.RegistrationExpired.selector, _now(), _now() - 1)
        );
    }

    /// @dev Else anybody could put himself under an oracle's key, and be paid for its work.
    function test_register_refusesAKeyThatDidNotConsent() public {
        _expectRegisterRevert(
            operator.addr,
            _registration(oracles[0].addr),
            oracles[1].key,
            abi.encodeWithSelector(IOracleStake.WrongKeySignature.selector, oracles[1].addr, oracles[0].addr)
        );
    }

    function test_register_refusesLessThanTheLeastStake() public {
        OracleRegistration memory registration = _registration(oracles[0].addr);
        bytes memory signed = _signRegistration(oracles[0].key, registration);
        vm.startPrank(operator.addr);
        vm.expectRevert(abi.encodeWithSelector(IOracleStake.StakeTooSmall.selector, BOND - 1, BOND));
        oracleStake.register(registration, BOND - 1, signed);
        vm.expectRevert(IOracleStake.ZeroAmount.selector);
        oracleStake.register(registration, 0, signed);
        vm.stopPrank();
    }

    function test_register_refusesASecondTime() public {
        _bond(oracles[0], BOND);
        _expectRegisterRevert(
            operator.addr,
            _registration(oracles[0].addr),
            oracles[0].key,
            abi.encodeWithSelector(IOracleStake.AlreadyRegistered.selector, oracles[0].addr)
        );
    }

    function test_register_refusesAPunishedKey() public {
        _prove(oracles[0]);
        _expectRegisterRevert(
            operator.addr,
            _registration(oracles[0].addr),
            oracles[0].key,
            abi.encodeWithSelector(IOracleStake.Punished.selector, oracles[0].addr)
        );
    }

    function test_register_takesTheStakeOutOfCredit() public {
        _bond(oracles[0], BOND + 1);
        assertEq(vault.creditOf(operator.addr), 1_000e6 - BOND - 1);
        assertEq(vault.ledgerOf(address(oracleStake)), BOND + 1);
        assertEq(oracleStake.activeStakeOf(oracles[0].addr), BOND + 1);
        assertEq(oracleStake.oracleCount(), 1);
        assertEq(oracleStake.oracleAt(0), oracles[0].addr);
        vm.prank(operator.addr);
        oracleStake.addStake(oracles[0].addr, 9);
        assertEq(oracleStake.activeStakeOf(oracles[0].addr), BOND + 10);
    }

    function test_addStake_refusesStrangersAndUnknownKeys() public {
        vm.expectRevert(abi.encodeWithSelector(IOracleStake.NotRegistered.selector, oracles[0].addr));
        oracleStake.addStake(oracles[0].addr, 1);
        _bond(oracles[0], BOND);
        vm.expectRevert(abi.encodeWithSelector(IOracleStake.NotOperator.selector, address(this), operator.addr));
        oracleStake.addStake(oracles[0].addr, 1);
    }

    // --- Stake out. ---

    function test_requestUnbonding_refusesASeatedKeysLeastStake() public {
        _bond(oracles[0], BOND + 5);
        vm.startPrank(operator.addr);
        vm.expectRevert(abi.encodeWithSelector(IOracleStake.StillSeated.selector, oracles[0].addr, BOND - 1, BOND));
        oracleStake.requestUnbonding(oracles[0].addr, 6);
        oracleStake.requestUnbonding(oracles[0].addr, 5);
        vm.expectRevert(
            abi.encodeWithSelector(IOracleStake.UnbondingPending.selector, oracles[0].addr, 5, _now() + UNBONDING_S)
        );
        oracleStake.requestUnbonding(oracles[0].addr, 1);
        vm.stopPrank();
    }

    function test_requestUnbonding_refusesMoreThanThereIs() public {
        _bond(oracles[0], BOND);
        vm.startPrank(operator.addr);
        vm.expectRevert(abi.encodeWithSelector(IOracleStake.StakeTooSmall.selector, BOND, BOND + 1));
        oracleStake.requestUnbonding(oracles[0].addr, BOND + 1);
        vm.expectRevert(IOracleStake.ZeroAmount.selector);
        oracleStake.requestUnbonding(oracles[0].addr, 0);
        vm.stopPrank();
    }

    function test_withdraw_refusesBeforeTheDelayIsOver() public {
        _bond(oracles[0], BOND);
        _rotateAway();
        vm.startPrank(operator.addr);
        vm.expectRevert(abi.encodeWithSelector(IOracleStake.NothingUnbonding.selector, oracles[0].addr));
        oracleStake.withdraw(oracles[0].addr);
        oracleStake.requestUnbonding(oracles[0].addr, BOND);
        uint40 availableAt = _now() + UNBONDING_S;
        skip(UNBONDING_S - 1);
        vm.expectRevert(abi.encodeWithSelector(IOracleStake.TooEarly.selector, availableAt - 1, availableAt));
        oracleStake.withdraw(oracles[0].addr);
        skip(1);
        oracleStake.withdraw(oracles[0].addr);
        vm.stopPrank();
        assertEq(vault.creditOf(operator.addr), 1_000e6);
        assertEq(vault.ledgerOf(address(oracleStake)), 0);
        assertEq(oracleStake.oracleCount(), 0, "forgotten");
    }

    /// @dev Asked back while no seat, seated again before it left: it stays while the key signs.
    function test_withdraw_refusesWhenTheKeyWasSeatedAgainMeanwhile() public {
        _bond(oracles[0], BOND);
        _rotateAway();
        vm.prank(operator.addr);
        oracleStake.requestUnbonding(oracles[0].addr, BOND);
        (address[] memory keys, bytes32[] memory pins) = _newCommittee("oracle", 4, false);
        vm.prank(governor.addr);
        committee.rotate(keys, pins);
        skip(UNBONDING_S);
        vm.startPrank(operator.addr);
        vm.expectRevert(abi.encodeWithSelector(IOracleStake.StillSeated.selector, oracles[0].addr, 0, BOND));
        oracleStake.withdraw(oracles[0].addr);
        oracleStake.cancelUnbonding(oracles[0].addr);
        vm.expectRevert(abi.encodeWithSelector(IOracleStake.NothingUnbonding.selector, oracles[0].addr));
        oracleStake.cancelUnbonding(oracles[0].addr);
        vm.stopPrank();
        assertEq(oracleStake.activeStakeOf(oracles[0].addr), BOND);
    }

    function test_resign_isTheWayOutWhileNobodyRotates() public {
        _bond(oracles[0], BOND);
        vm.startPrank(operator.addr);
        oracleStake.resign(oracles[0].addr);
        assertTrue(committee.isRemoved(oracles[0].addr));
        vm.expectRevert(abi.encodeWithSelector(IOracleStake.NotSeated.selector, oracles[0].addr));
        oracleStake.resign(oracles[0].addr);
        oracleStake.requestUnbonding(oracles[0].addr, BOND);
        skip(UNBONDING_S);
        oracleStake.withdraw(oracles[0].addr);
        vm.stopPrank();
        assertEq(vault.creditOf(operator.addr), 1_000e6);
    }

    function test_resign_refusesAnyoneButTheOperator() public {
        _bond(oracles[0], BOND);
        vm.expectRevert(abi.encodeWithSelector(IOracleStake.NotOperator.selector, address(this), operator.addr));
        oracleStake.resign(oracles[0].addr);
    }

    function test_dropUnbonded_refusesWithinTheGraceAndWhereThereIsEnough() public {
        // setUp let a module's delay pass: the grace of the first committee began at deployment.
        IOracleStake fresh = IOracleStake(
            deploy("OracleStake.sol:OracleStake", abi.encode(vault, committee, insurance, PANEL_DRAW, oracleParams()))
        );
        vm.expectRevert(abi.encodeWithSelector(IOracleStake.TooEarly.selector, _now(), _now() + GRACE_S));
        fresh.dropUnbonded(oracles[0].addr);
        skip(GRACE_S);
        _bond(oracles[0], BOND);
        vm.expectRevert(abi.encodeWithSelector(IOracleStake.EnoughStake.selector, oracles[0].addr, BOND, BOND));
        oracleStake.dropUnbonded(oracles[0].addr);
        vm.expectRevert(abi.encodeWithSelector(IOracleStake.NotSeated.selector, stranger.addr));
        oracleStake.dropUnbonded(stranger.addr);
    }

    function test_dropUnbonded_removesAKeyThatSignsForNothing() public {
        skip(GRACE_S);
        oracleStake.dropUnbonded(oracles[1].addr);
        assertTrue(committee.isRemoved(oracles[1].addr));
    }

    // --- Two reports at one height. ---

    function test_proveTwoReports_refusesDifferentHeights() public {
        (Report memory first, Report memory second) = _conflict();
        second.seq += 1;
        bytes memory a = _signReport(oracles[0], first);
        bytes memory b = _signReport(oracles[0], second);
        vm.expectRevert(abi.encodeWithSelector(IOracleStake.HeightsDiffer.selector, 1, first.seq, 1, second.seq));
        oracleStake.proveTwoReports(address(settlement), first, a, second, b);
    }

    function test_proveTwoReports_refusesOneReportTwice() public {
        (Report memory first,) = _conflict();
        bytes memory a = _signReport(oracles[0], first);
        vm.expectRevert(IOracleStake.NoContradiction.selector);
        oracleStake.proveTwoReports(address(settlement), first, a, first, a);
    }

    function test_proveTwoReports_refusesTwoSigners() public {
        (Report memory first, Report memory second) = _conflict();
        bytes memory a = _signReport(oracles[0], first);
        bytes memory b = _signReport(oracles[1], second);
        vm.expectRevert(abi.encodeWithSelector(IOracleStake.SignersDiffer.selector, oracles[0].addr, oracles[1].addr));
        oracleStake.proveTwoReports(address(settlement), first, a, second, b);
    }

    function test_proveTwoReports_refusesReportsForAnotherContract() public {
        (Report memory first, Report memory second) = _conflict();
        bytes memory a = _signReport(oracles[0], first);
        bytes memory b = _signReport(oracles[0], second);
        vm.expectRevert(abi.encodeWithSelector(IOracleStake.NotReporter.selector, address(market)));
        oracleStake.proveTwoReports(address(market), first, a, second, b);
    }

    function test_proveTwoReports_refusesAStrangersContradictions() public {
        (Report memory first, Report memory second) = _conflict();
        bytes memory a = _signReport(stranger, first);
        bytes memory b = _signReport(stranger, second);
        vm.expectRevert(abi.encodeWithSelector(IOracleStake.UnknownOracle.selector, stranger.addr));
        oracleStake.proveTwoReports(address(settlement), first, a, second, b);
    }

    /// @dev ecrecover's zero for nonsense is nobody's key, though it be the same twice.
    function test_proveTwoReports_refusesInvalidSignatures() public {
        (Report memory first, Report memory second) = _conflict();
        bytes memory none = new bytes(65);
        vm.expectRevert(abi.encodeWithSelector(IOracleStake.UnknownOracle.selector, address(0)));
        oracleStake.proveTwoReports(address(settlement), first, none, second, none);
        vm.expectRevert(abi.encodeWithSelector(IOracleStake.WrongSignatureLength.selector, 64, 65));
        oracleStake.proveTwoReports(address(settlement), first, new bytes(64), second, none);
    }

    function test_proveTwoReports_refusesASecondTime() public {
        _bond(oracles[0], BOND);
        _prove(oracles[0]);
        (Report memory first, Report memory second) = _conflict();
        bytes memory a = _signReport(oracles[0], first);
        bytes memory b = _signReport(oracles[0], second);
        vm.expectRevert(abi.encodeWithSelector(IOracleStake.Punished.selector, oracles[0].addr));
        oracleStake.proveTwoReports(address(settlement), first, a, second, b);
    }

    function test_proveTwoReports_takesAllStakeAndTheKey() public {
        _bond(oracles[0], BOND);
        _prove(oracles[0]);
        uint256 rest = BOND - REWARD_CAP;
        assertEq(vault.creditOf(stranger.addr), REWARD_CAP, "capped reward");
        assertEq(vault.burned(), rest / 2);
        assertEq(vault.creditOf(insurance), rest / 2);
        assertEq(vault.ledgerOf(address(oracleStake)), 0);
        assertTrue(committee.isRemoved(oracles[0].addr));
        (,,,, bool punished) = oracleStake.bondOf(oracles[0].addr);
        assertTrue(punished);
    }

    function test_proveTwoReports_takesStakeThatMaturedButHasNotLeft() public {
        _bond(oracles[0], BOND);
        _rotateAway();
        vm.prank(operator.addr);
        oracleStake.requestUnbonding(oracles[0].addr, BOND);
        skip(UNBONDING_S + 1);
        _prove(oracles[0]);
        vm.expectRevert(abi.encodeWithSelector(IOracleStake.NotRegistered.selector, oracles[0].addr));
        vm.prank(operator.addr);
        oracleStake.withdraw(oracles[0].addr);
        assertEq(vault.creditOf(operator.addr), 1_000e6 - BOND);
    }

    function test_proveTwoReports_acceptsTheOtherFormOfASignature() public {
        _bond(oracles[0], BOND);
        (Report memory first, Report memory second) = _conflict();
        bytes memory a = _signReport(oracles[0], first);
        bytes memory b = _signReport(oracles[0], second);
        assembly ("memory-safe") {
            mstore(add(b, 64), sub(CURVE_ORDER, mload(add(b, 64))))
        }
        b[64] = bytes1(uint8(b[64]) == 27 ? 28 : 27);
        oracleStake.proveTwoReports(address(settlement), first, a, second, b);
        assertTrue(committee.isRemoved(oracles[0].addr));
    }

    /// @dev The list of removed keys must not be for strangers to fill.
    function test_proveTwoReports_ofAKeyThatSitsNowhereRemovesNothing() public {
        Account memory spare = account("spare oracle");
        _bond(spare, BOND);
        _prove(spare);
        assertFalse(committee.isRemoved(spare.addr));
        assertEq(vault.ledgerOf(address(oracleStake)), 0);
    }

    /// @dev His own accuser he may be: he still loses nine tenths.
    function test_proveTwoReports_againstOneselfLoses() public {
        _bond(oracles[0], BOND);
        (Report memory first, Report memory second) = _conflict();
        bytes memory a = _signReport(oracles[0], first);
        bytes memory b = _signReport(oracles[0], second);
        vm.prank(operator.addr);
        oracleStake.proveTwoReports(address(settlement), first, a, second, b);
        assertEq(vault.creditOf(operator.addr), 1_000e6 - BOND + REWARD_CAP);
    }

    // --- Two verdicts for one job. ---

    function test_proveTwoVerdicts_refusesOtherVerdictsThanSigned() public {
        IOracleStake.SignedVerdict memory first = _signedVerdict(7, OK, PRICE);
        first.verdicts[3] = 0x01;
        bytes memory refusal = abi.encodeWithSelector(
            IOracleStake.WrongVerdictsHash.selector, keccak256(first.verdicts), first.report.verdictsHash
        );
        _expectVerdictsRevert(first, _signedVerdict(7, FRAUD, 0), refusal);
    }

    function test_proveTwoVerdicts_refusesTwoJobs() public {
        bytes memory refusal = abi.encodeWithSelector(IOracleStake.JobsDiffer.selector, 7, 8);
        _expectVerdictsRevert(_signedVerdict(7, OK, PRICE), _signedVerdict(8, FRAUD, 0), refusal);
    }

    function test_proveTwoVerdicts_refusesACheckpoint() public {
        bytes memory refusal = abi.encodeWithSelector(IOracleStake.NotTerminal.selector, CHECKPOINT);
        _expectVerdictsRevert(_signedVerdict(7, CHECKPOINT, 1), _signedVerdict(7, OK, PRICE), refusal);
    }

    /// @dev What expired is reissued with the same verdict at another height.
    function test_proveTwoVerdicts_refusesTheSameVerdictReissued() public {
        bytes memory refusal = abi.encodeWithSelector(IOracleStake.NoContradiction.selector);
        _expectVerdictsRevert(_signedVerdict(7, OK, PRICE), _signedVerdict(7, OK, PRICE), refusal);
    }

    function test_proveTwoVerdicts_punishesTwoTerminalVerdictsOfOneJob() public {
        _bond(oracles[0], BOND);
        IOracleStake.SignedVerdict memory first = _signedVerdict(7, OK, PRICE);
        IOracleStake.SignedVerdict memory second = _signedVerdict(7, PARTIAL, PRICE - 1);
        oracleStake.proveTwoVerdicts(address(settlement), first, second);
        assertTrue(committee.isRemoved(oracles[0].addr));
        assertEq(vault.ledgerOf(address(oracleStake)), 0);
    }

    // --- Pay. ---

    function test_pay_refusesWithoutFundsOrPoints() public {
        vm.expectRevert(abi.encodeWithSelector(IOracleStake.NothingToPay.selector, 0, 0));
        oracleStake.pay();
        _fundCredit(address(oracleStake), 100);
        vm.expectRevert(abi.encodeWithSelector(IOracleStake.NothingToPay.selector, 100, 0));
        oracleStake.pay();
    }

    function test_pay_refusesASecondTimeWithinThePeriod() public {
        _bondAll();
        _settle(_verdict(1, OK, PRICE));
        _fundCredit(address(oracleStake), 100);
        oracleStake.pay();
        vm.expectRevert(abi.encodeWithSelector(IOracleStake.TooEarly.selector, _now(), _now() + PAY_PERIOD_S));
        oracleStake.pay();
    }

    function test_pay_sharesByPointsAndKeepsWhatRoundingLeaves() public {
        _settle(_verdict(1, OK, PRICE));
        _settle(_verdict(2, OK, PRICE));
        Report memory report = _report(1, _verdict(3, OK, PRICE));
        bytes memory one = _verdict(3, OK, PRICE);
        settlement.settle(report, one, _cards(one), 14, _quorum(settlement.hashReport(report), 14));
        _fundCredit(address(oracleStake), 100);
        oracleStake.pay(); // points 2, 3, 3, 1
        assertEq(vault.creditOf(oracles[0].addr), 22);
        assertEq(vault.creditOf(oracles[1].addr), 33);
        assertEq(vault.creditOf(oracles[2].addr), 33);
        assertEq(vault.creditOf(oracles[3].addr), 11);
        assertEq(vault.creditOf(address(oracleStake)), 1);
        assertEq(oracleStake.paidPointsOf(1, 2), 3);
    }

    function test_pay_paysTheOperatorOfAKey() public {
        _bondAll();
        _settle(_verdict(1, OK, PRICE));
        _fundCredit(address(oracleStake), 300);
        oracleStake.pay();
        assertEq(vault.creditOf(operator.addr), 1_000e6 - 4 * BOND + 300);
    }

    function test_pay_paysNoPointTwice() public {
        _settle(_verdict(1, OK, PRICE));
        _fundCredit(address(oracleStake), 300);
        oracleStake.pay();
        skip(PAY_PERIOD_S);
        _fundCredit(address(oracleStake), 300);
        vm.expectRevert(abi.encodeWithSelector(IOracleStake.NothingToPay.selector, 300, 0));
        oracleStake.pay();
    }

    function test_pay_aRemovedKeyLosesWhatWasNotPaid() public {
        _settle(_verdict(1, OK, PRICE));
        vm.prank(governor.addr);
        committee.removeKey(oracles[1].addr);
        _fundCredit(address(oracleStake), 300);
        oracleStake.pay();
        assertEq(vault.creditOf(oracles[0].addr), 150);
        assertEq(vault.creditOf(oracles[1].addr), 0);
        assertEq(vault.creditOf(oracles[2].addr), 150);
    }

    function test_pay_sharesOverCommitteesThatOverlap() public {
        _settle(_verdict(1, OK, PRICE));
        Account[] memory old = oracles;
        delete oracles;
        (address[] memory keys, bytes32[] memory pins) = _newCommittee("next", 4, true);
        vm.prank(governor.addr);
        committee.rotate(keys, pins);
        _settle(_report(2, _verdict(1, OK, PRICE)), _verdict(1, OK, PRICE));
        _fundCredit(address(oracleStake), 600);
        oracleStake.pay();
        assertEq(vault.creditOf(old[0].addr), 100);
        assertEq(vault.creditOf(oracles[0].addr), 100);
        assertEq(vault.creditOf(address(oracleStake)), 0);
    }

    function _signedVerdict(uint64 jobId, uint8 code, uint96 paid)
        private
        returns (IOracleStake.SignedVerdict memory made)
    {
        made.verdicts = bytes.concat(_verdict(99, OK, PRICE), _verdict(jobId, code, paid));
        made.report = _report(1, made.verdicts);
        made.index = 1;
        made.signature = _signReport(oracles[0], made.report);
    }

    function _expectVerdictsRevert(
        IOracleStake.SignedVerdict memory first,
        IOracleStake.SignedVerdict memory second,
        bytes memory refusal
    ) private {
        vm.expectRevert(refusal);
        oracleStake.proveTwoVerdicts(address(settlement), first, second);
    }

    function _expectRegisterRevert(
        address caller,
        OracleRegistration memory registration,
        uint256 key,
        bytes memory refusal
    ) private {
        bytes memory signed = _signRegistration(key, registration);
        vm.expectRevert(refusal);
        vm.prank(caller);
        oracleStake.register(registration, BOND, signed);
    }
}
