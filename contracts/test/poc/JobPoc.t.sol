// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDisputable} from "../../src/interfaces/IDisputable.sol";
import {IJobBook} from "../../src/interfaces/IJobBook.sol";
import {ITokenVault} from "../../src/interfaces/ITokenVault.sol";
import {JobOutcome, JobState, Offer, Order, Payment, Report, World} from "../World.sol";

interface ILuckyAssignment {
    function assigned(uint256 jobId) external view returns (address);
}

interface IPatientAssigner {
    function assign(ILuckyAssignment there, uint256 jobId, address friend) external;
}

interface IUnreservedEscrow {
    function deposit(uint256 amount) external;
    function withdraw(uint256 amount) external;
    function order(address provider, uint256 price) external returns (uint256 id);
    function pay(uint256 id) external;
    function balanceOf(address account) external view returns (uint256);
}

interface IStuckJobs {
    function open(uint256 jobId) external;
    function take(uint256 jobId) external;
    function cancel(uint256 jobId) external;
    function stateOf(uint256 jobId) external view returns (uint8);
}

interface ISelfDeclaredWork {
    function complete(uint256 price, bytes32 resultHash) external;
    function balanceOf(address account) external view returns (uint256);
}

interface IRoundingStream {
    function settle() external;
    function paid() external view returns (uint256);
}

interface IReplayedVerdicts {
    function settle(address provider, uint256 price, bytes32 r, bytes32 s, uint8 v) external;
    function balanceOf(address account) external view returns (uint256);
}

interface IBrittleBatch {
    function settle(uint256[] calldata jobIds) external;
    function isSettled(uint256 jobId) external view returns (bool);
}

interface ITrustedCards {
    function open(uint256 jobId, uint256 price) external;
    function refund(uint256 jobId, address consumer, uint256 price) external;
    function balanceOf(address account) external view returns (uint256);
}

interface IGhostOrders {
    function order() external;
    function taken() external view returns (uint256);
}

/// @title Mistakes of others about jobs and their settlement: exploited in their smallest form, and withstood here
contract JobPocTest is World {
    /// @dev GOALS: assignment by block hash that a caller can retry.
    function test_poc_assignmentThatACallerCanRetry() public {
        address[] memory ten = new address[](10);
        for (uint256 i = 0; i < 10; ++i) {
            ten[i] = makeAddr(string.concat("provider ", vm.toString(i)));
        }
        ILuckyAssignment mistaken = ILuckyAssignment(deploy("LuckyAssignment.sol:LuckyAssignment", abi.encode(ten)));
        IPatientAssigner caller = IPatientAssigner(deploy("LuckyAssignment.sol:PatientAssigner", ""));
        for (uint256 height = 100; mistaken.assigned(1) == address(0); ++height) {
            vm.roll(height);
            vm.setBlockhash(height - 1, keccak256(abi.encode(height)));
            try caller.assign(mistaken, 1, ten[3]) {} catch {}
        }
        assertEq(mistaken.assigned(1), ten[3], "exploited: the caller chose");

        // Here nothing is drawn: the Order names the offer, or who may choose one.
        Job memory made = _funded();
        Offer memory offer = _offer();
        bytes memory signed = _signOffer(device, offer);
        for (uint256 height = 200; height < 220; ++height) {
            vm.roll(height);
            vm.setBlockhash(height - 1, keccak256(abi.encode(height)));
            vm.expectRevert(abi.encodeWithSelector(IJobBook.NotMatcher.selector, stranger.addr, matcher.addr));
            vm.prank(stranger.addr);
            market.join(made.order, 1, AMOUNT, offer, signed);
        }
    }

    /// @dev GOALS: money not reserved.
    function test_poc_moneyThatIsNotReserved() public {
        IUnreservedEscrow mistaken = IUnreservedEscrow(deploy("UnreservedEscrow.sol:UnreservedEscrow", ""));
        vm.startPrank(consumer.addr);
        mistaken.deposit(PRICE);
        uint256 first = mistaken.order(provider.addr, PRICE);
        uint256 second = mistaken.order(provider.addr, PRICE);
        mistaken.withdraw(PRICE);
        vm.stopPrank();
        mistaken.pay(first);
        mistaken.pay(second);
        assertEq(mistaken.balanceOf(provider.addr), 0, "exploited: two jobs done, none paid");

        Job memory made = _running();
        uint256 left = vault.creditOf(consumer.addr);
        vm.prank(consumer.addr);
        vault.withdraw(consumer.addr, left);
        Order memory order = _order();
        Payment memory payment = _priorBalance(order);
        vm.expectRevert(abi.encodeWithSelector(ITokenVault.CreditTooSmall.selector, consumer.addr, 0, AMOUNT));
        market.fund(order, payment);
        _settle(_verdict(made.id, OK, PRICE));
        _passFinality();
        settlement.claim(provider.addr);
        assertEq(vault.creditOf(provider.addr), PRICE - FEE);
    }

    /// @dev GOALS: states with no way out.
    function test_poc_statesWithNoWayOut() public {
        IStuckJobs mistaken = IStuckJobs(deploy("StuckJobs.sol:StuckJobs", ""));
        vm.prank(consumer.addr);
        mistaken.open(1);
        vm.prank(provider.addr);
        mistaken.take(1);
        skip(36_500 days);
        vm.expectRevert();
        vm.prank(consumer.addr);
        mistaken.cancel(1);
        assertEq(mistaken.stateOf(1), 2, "exploited: taken, for ever");

        vm.warp(START);
        Job[5] memory jobs = [_funded(), _assigned(), _running(), _committed(), _settled(OK, PRICE)];
        bytes memory shown = abi.encode(jobs[4].id, jobs[4].card, _outcome(jobs[4], OK, PRICE));
        vm.prank(court);
        IDisputable(address(settlement)).openDispute(shown, START + 5_000);
        skip(2 days);
        vm.startPrank(stranger.addr);
        for (uint256 i = 0; i < 4; ++i) {
            _expire(jobs[i].id);
        }
        _expire(jobs[3].id); // after its one extension
        IDisputable(address(settlement)).expireDispute(shown);
        vm.stopPrank();
        for (uint256 i = 0; i < 5; ++i) {
            assertTrue(_stateOf(jobs[i].id) >= JobState.FINAL, "ended by a stranger");
        }
    }

    /// @dev GOALS: paying for self-declared work.
    function test_poc_payingForSelfDeclaredWork() public {
        ISelfDeclaredWork mistaken = ISelfDeclaredWork(deploy("SelfDeclaredWork.sol:SelfDeclaredWork", ""));
        vm.prank(provider.addr);
        mistaken.complete(PRICE, keccak256("nothing"));
        assertEq(mistaken.balanceOf(provider.addr), PRICE, "exploited: paid for saying so");

        Job memory made = _committed(); // the device declares its work on chain, and no oracle says a word
        skip(301);
        _expire(made.id);
        skip(301);
        _expire(made.id);
        assertState(made.id, JobState.REFUNDED);
        assertEq(vault.creditOf(consumer.addr), 1_000e6);
        (uint256 pay,) = settlement.pendingOf(provider.addr);
        assertEq(pay, 0);
    }

    /// @dev GOALS: rounding on every permissionless settle.
    function test_poc_roundingOnEveryPermissionlessSettle() public {
        IRoundingStream mistaken = IRoundingStream(deploy("RoundingStream.sol:RoundingStream", abi.encode(80_000)));
        for (uint256 i = 0; i < 1_000; ++i) {
            skip(1);
            vm.prank(consumer.addr);
            mistaken.settle();
        }
        assertEq(mistaken.paid(), 0, "exploited: 925 units were due");

        Job memory made = _running();
        bytes memory verdicts = _verdict(made.id, OK, PRICE);
        Report memory report = _report(1, verdicts);
        for (uint256 i = 0; i < 20; ++i) {
            _settle(report, verdicts);
            skip(1);
        }
        _passFinality();
        for (uint256 i = 0; i < 3; ++i) {
            _claim(provider.addr);
            _claim(treasury);
        }
        assertEq(vault.creditOf(provider.addr) + vault.creditOf(treasury), PRICE, "to the unit");
    }

    /// @dev GOALS: a job settles once whatever is replayed.
    function test_poc_replayOfVerdicts() public {
        IReplayedVerdicts mistaken =
            IReplayedVerdicts(deploy("ReplayedVerdicts.sol:ReplayedVerdicts", abi.encode(oracles[0].addr)));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(oracles[0].key, keccak256(abi.encode(provider.addr, uint256(PRICE))));
        mistaken.settle(provider.addr, PRICE, r, s, v);
        mistaken.settle(provider.addr, PRICE, r, s, v);
        assertEq(mistaken.balanceOf(provider.addr), 2 * PRICE, "exploited: paid twice");

        Job memory made = _running();
        bytes memory one = _verdict(made.id, OK, PRICE);
        _settle(bytes.concat(one, one));
        _settle(one); // at another seq
        (uint256 pay,) = settlement.pendingOf(provider.addr);
        assertEq(pay, PRICE - FEE);
        assertEq(vault.ledgerOf(address(market)), PRICE);
    }

    /// @dev A batch that one of its verdicts can stop, by being settled in the block before.
    function test_poc_aBatchThatOneVerdictStops() public {
        IBrittleBatch mistaken = IBrittleBatch(deploy("BrittleBatch.sol:BrittleBatch", ""));
        uint256[] memory two = new uint256[](2);
        (two[0], two[1]) = (1, 2);
        uint256[] memory first = new uint256[](1);
        first[0] = 1;
        vm.prank(stranger.addr);
        mistaken.settle(first);
        vm.expectRevert();
        mistaken.settle(two);
        assertFalse(mistaken.isSettled(2), "exploited: the second waits");

        Job memory one = _running();
        Job memory other = _running();
        _settle(_verdict(one.id, OK, PRICE));
        _settle(bytes.concat(_verdict(one.id, OK, PRICE), _verdict(other.id, OK, PRICE)));
        assertState(other.id, JobState.REPORTED);
    }

    /// @dev What is shown instead of stored must be bound in every field.
    function test_poc_aCardThatIsBelieved() public {
        ITrustedCards mistaken = ITrustedCards(deploy("TrustedCards.sol:TrustedCards", ""));
        vm.prank(consumer.addr);
        mistaken.open(1, PRICE);
        mistaken.refund(1, stranger.addr, PRICE);
        assertEq(mistaken.balanceOf(stranger.addr), PRICE, "exploited: another's refund");

        Job memory made = _assigned();
        skip(61);
        for (uint256 field = 0; field < 5; ++field) {
            if (field == 0) cards[made.id].consumer = stranger.addr;
            else if (field == 1) cards[made.id].amount = PRICE + 1;
            else if (field == 2) cards[made.id].provider = stranger.addr;
            else if (field == 3) cards[made.id].deviceIndex = 2;
            else cards[made.id].terms = keccak256("others");
            vm.expectRevert(abi.encodeWithSelector(IJobBook.WrongBinding.selector, made.id));
            _expire(made.id);
            cards[made.id] = made.card;
        }
        _expire(made.id);
        assertEq(vault.creditOf(consumer.addr), 1_000e6);
        assertEq(vault.creditOf(stranger.addr), 0);
    }

    /// @dev GOALS, operation: capacity locked by ghost orders.
    function test_poc_capacityLockedByGhostOrders() public {
        IGhostOrders mistaken = IGhostOrders(deploy("GhostOrders.sol:GhostOrders", abi.encode(2)));
        mistaken.order();
        mistaken.order();
        vm.expectRevert();
        mistaken.order();
        assertEq(mistaken.taken(), 2, "exploited: full of orders that nobody pays");

        Order memory order = _order();
        order.consumer = stranger.addr; // who has nothing
        Offer memory offer = _offer();
        bytes memory signed = _signOffer(device, offer);
        Payment memory payment = Payment(0, 0, signature(stranger.key, market.hashOrder(order)));
        vm.expectRevert(abi.encodeWithSelector(ITokenVault.CreditTooSmall.selector, stranger.addr, 0, PRICE));
        vm.prank(matcher.addr);
        market.open(order, payment, offer, signed);
        assertEq(market.activeJobs(device.addr), 0);
    }

    /// @dev A verdict about a job that its court took back pays nobody twice.
    function test_poc_payAndRefundForOneDisputedJob() public {
        Job memory made = _settled(OK, PRICE);
        bytes memory shown = abi.encode(made.id, made.card, _outcome(made, OK, PRICE));
        vm.prank(court);
        IDisputable(address(settlement)).openDispute(shown, START + 5_000);
        _settle(_verdict(made.id, OK, PRICE)); // replayed meanwhile
        (uint256 pay,) = settlement.pendingOf(provider.addr);
        assertEq(pay, 0);
        skip(5_001);
        IDisputable(address(settlement)).expireDispute(shown);
        JobOutcome memory outcome = _outcome(made, OK, PRICE);
        assertTrue(market.isReportedAs(made.id, made.card, outcome));
        (pay,) = settlement.pendingOf(provider.addr);
        assertEq(pay, PRICE - FEE);
    }
}
